import type { SetupDocument } from '../setup/setup.js';
import { visibleNames } from './compile-setup.js';
import { removalOf } from './next-person.js';
import type { PersonChange } from './person-change.js';
import type { Person } from './person.js';

/**
 * The removal of a person whose setup goes: without a word from the guard, since an operator confirmed it. Null for
 * who is removed already.
 *
 * @param now ISO 8601 UTC
 */
export function removedWithSetup(
  { attributes }: SetupDocument,
  person: Person,
  now: string,
): PersonChange | null {
  if (person.status === 'removed') return null;
  const next = removalOf({ visible: visibleNames(attributes) }, person, now);
  return next.kind === 'write' ? next.change : null;
}
