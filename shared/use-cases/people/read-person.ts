import type { Person } from '../../core/people/person.js';
import type { People } from '../../ports/people.js';
import { directoryIdIn } from './directory-id.js';
import { setupInSight, shownPeopleOf, type NotInSight, type SetupsInSight } from './setup-in-sight.js';

export type ReadPersonOutcome =
  { readonly kind: 'found'; readonly person: Person } | { readonly kind: 'personNotFound' } | NotInSight;

/** One person, tombstones too. */
export async function readPerson(
  ports: SetupsInSight & { readonly people: Pick<People, 'read'> },
  tenantId: string,
  setupId: string,
  personId: string,
): Promise<ReadPersonOutcome> {
  const found = await setupInSight(ports, tenantId, setupId);
  if (found.kind !== 'found') return found;
  const directoryId = directoryIdIn(setupId, personId);
  if (directoryId === null || found.scope === null) return { kind: 'personNotFound' };
  const people = await ports.people.read(found.scope, setupId, [directoryId]);
  const person = people.get(directoryId);
  if (person === undefined) return { kind: 'personNotFound' };
  const shown = await shownPeopleOf(ports, found.setup);
  return { kind: 'found', person: shown(person) };
}
