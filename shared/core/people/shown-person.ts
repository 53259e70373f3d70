import { effectiveFields } from '../setup/presets.js';
import type { Setup } from '../setup/setup.js';
import { CONNECTION_FIELD } from './compile-setup.js';
import type { Person } from './person.js';

/**
 * A person as it may be shown by its setup as it is now: a field that was hidden since the person was written is not
 * shown any more.
 */
export function shownPersonBy({ document }: Pick<Setup, 'document'>): (person: Person) => Person {
  const { attributes } = document;
  const visible = new Set(
    effectiveFields(attributes)
      .filter((field) => field.visible)
      .map(({ to }) => to),
  );
  if (attributes.connection?.mode === 'flag') visible.add(CONNECTION_FIELD);
  return (person) => ({
    ...person,
    attributes: Object.fromEntries(Object.entries(person.attributes).filter(([name]) => visible.has(name))),
  });
}
