import type { Host } from '../../core/people/person.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Hosts } from '../../ports/people.js';
import { setupInSight, type NotInSight, type SetupsInSight } from './setup-in-sight.js';

export type ListHostsOutcome = { readonly kind: 'found'; readonly page: ListPage<Host> } | NotInSight;

/** Hosts of the receptions of a setup, or of one of them. */
export async function listHosts(
  ports: SetupsInSight & { readonly hosts: Pick<Hosts, 'list'> },
  { tenantId, setupId }: { readonly tenantId: string; readonly setupId: string },
  receptionId: string | null,
  request: ListRequest,
): Promise<ListHostsOutcome> {
  const found = await setupInSight(ports, tenantId, setupId);
  if (found.kind !== 'found') return found;
  if (found.scope === null) return { kind: 'found', page: { rows: [], next: null } };
  return { kind: 'found', page: await ports.hosts.list(found.scope, setupId, { ...request, receptionId }) };
}
