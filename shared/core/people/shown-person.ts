import { effectiveFields } from '../setup/presets.js';
import type { Setup } from '../setup/setup.js';
import { CONNECTION_FIELD } from './compile-setup.js';
import type { Person } from './person.js';

/**
 * A person as it may be shown by its setup as it is now: a field that was hidden since the person was written is not
 * shown any more. What was looked at again since and found unchanged is as fresh as that, though its row was not
 * written.
 * @param asOf the instant whose directory all people of the setup are as of at least, ISO 8601 UTC; null where unknown
 */
export function shownPersonBy(
  { document }: Pick<Setup, 'document'>,
  asOf: string | null,
): (person: Person) => Person {
  const { attributes } = document;
  const visible = new Set(
    effectiveFields(attributes)
      .filter((field) => field.visible)
      .map(({ to }) => to),
  );
  if (attributes.connection?.mode === 'flag') visible.add(CONNECTION_FIELD);
  return (person) => ({
    ...person,
    asOf: asOf !== null && asOf > person.asOf ? asOf : person.asOf,
    attributes: Object.fromEntries(Object.entries(person.attributes).filter(([name]) => visible.has(name))),
  });
}
