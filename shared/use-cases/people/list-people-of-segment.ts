import type { Person } from '../../core/people/person.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { People } from '../../ports/people.js';
import { hasSegment } from './list-segments.js';
import { setupInSight, shownPeopleOf, type NotInSight, type SetupsInSight } from './setup-in-sight.js';

export type ListPeopleOfSegmentOutcome =
  | { readonly kind: 'found'; readonly page: ListPage<Person> }
  | NotInSight
  | { readonly kind: 'segmentNotFound' };

/** The people of one segment of a setup. */
export async function listPeopleOfSegment(
  ports: SetupsInSight & { readonly people: Pick<People, 'list'> },
  key: { readonly tenantId: string; readonly setupId: string; readonly segmentId: string },
  request: ListRequest,
): Promise<ListPeopleOfSegmentOutcome> {
  const found = await setupInSight(ports, key.tenantId, key.setupId);
  if (found.kind !== 'found') return found;
  if (!hasSegment(found.setup, key.segmentId)) return { kind: 'segmentNotFound' };
  if (found.scope === null) return { kind: 'found', page: { rows: [], next: null } };
  const filter = { kind: 'segment', segmentId: key.segmentId } as const;
  const { rows, next } = await ports.people.list(found.scope, key.setupId, { ...request, filter });
  const shown = rows.map(await shownPeopleOf(ports, found.setup));
  return { kind: 'found', page: { rows: shown, next } };
}
