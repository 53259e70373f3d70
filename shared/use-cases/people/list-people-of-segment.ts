import type { ListRequest } from '../../ports/mirror.js';
import type { People } from '../../ports/people.js';
import type { ListPeopleOutcome } from './list-people.js';
import { hasSegment } from './list-segments.js';
import { setupInSight, shownPeopleOf, type SetupsInSight } from './setup-in-sight.js';

/** The people of one segment of a setup. */
export async function listPeopleOfSegment(
  ports: SetupsInSight & { readonly people: Pick<People, 'list'> },
  key: { readonly tenantId: string; readonly setupId: string; readonly segmentId: string },
  request: ListRequest,
): Promise<ListPeopleOutcome | { readonly kind: 'segmentNotFound' }> {
  const found = await setupInSight(ports, key.tenantId, key.setupId);
  if (found.kind !== 'found') return found;
  if (!hasSegment(found.setup, key.segmentId)) return { kind: 'segmentNotFound' };
  if (found.scope === null) return { kind: 'found', page: { rows: [], next: null } };
  const filter = { kind: 'segment', segmentId: key.segmentId } as const;
  const { rows, next } = await ports.people.list(found.scope, key.setupId, { ...request, filter });
  const shown = rows.map(await shownPeopleOf(ports, found.setup));
  return { kind: 'found', page: { rows: shown, next } };
}
