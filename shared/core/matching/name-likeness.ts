import { folded } from './match-keys.js';

const NOT_LETTERS = /[^\p{L}\p{N}]+/u;
/** What an initial is worth beside a whole name that begins with it. */
const INITIAL = 0.5;

/** The words of a name in small letters without accents, in their order by letters. */
export function nameTokens(name: string | null): readonly string[] {
  return folded(name ?? '')
    .split(NOT_LETTERS)
    .filter((token) => token !== '')
    .sort();
}

/**
 * 0 to 1: twice what two names have in common, by the number of their words (Dice's coefficient). Equal words count
 * 1, an initial and a word that begins with it 0.5; the order of the words does not matter.
 */
export function nameLikeness(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const left = [...b];
  const unlike = a.filter((token) => !takeOut(left, (other) => other === token));
  let common = a.length - unlike.length;
  for (const token of unlike)
    if (takeOut(left, (other) => isInitialOf(token, other) || isInitialOf(other, token))) common += INITIAL;
  return (2 * common) / (a.length + b.length);
}

function isInitialOf(initial: string, word: string): boolean {
  return Array.from(initial).length === 1 && word.startsWith(initial);
}

function takeOut(tokens: string[], fits: (token: string) => boolean): boolean {
  const at = tokens.findIndex(fits);
  if (at >= 0) tokens.splice(at, 1);
  return at >= 0;
}
