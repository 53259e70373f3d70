import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { STYLE } from './style.js';

/** What every page is rendered with: the operator's name, null if it is not known, and the style sheet. */
export const Branding = createContext<{ readonly name: string | null; readonly style: string }>({
  name: null,
  style: STYLE,
});

/** Somebody of the operator: `Olga Larsen of Contoso Workplace`. */
export function Inviter({ name }: { readonly name: string }) {
  const { name: operator } = useContext(Branding);
  return <>{operator === null ? name : `${name} of ${operator}`}</>;
}
