import type { TenantSight } from '../core/access.js';
import type { DeadLetter } from '../core/dead-letter.js';
import type { ListPage, ListRequest } from '../ports/mirror.js';
import type { DeadLetters } from '../ports/sync-state.js';

/**
 * What was set aside, over the tenants in sight. Letters that name no tenant are only for those who may see everything.
 */
export async function listDeadLetters(
  ports: { readonly deadLetters: DeadLetters },
  request: ListRequest,
  sight: TenantSight,
  seesUnknown: boolean,
): Promise<ListPage<DeadLetter>> {
  if (sight !== 'all') return await listSome(ports, request, sight);
  const page = await ports.deadLetters.listAll(request);
  return { rows: page.rows.filter((letter) => seesUnknown || letter.tenantId !== null), next: page.next };
}

const TENANT_ENDS = '|';

/** Tenant after tenant, never by the list of all, whose positions tell the ids of others. */
async function listSome(
  ports: { readonly deadLetters: DeadLetters },
  { after, limit }: ListRequest,
  tenantIds: readonly string[],
): Promise<ListPage<DeadLetter>> {
  const { tenantId: begun, position } = placeIn(after);
  const left = tenantIds.filter((tenantId) => tenantId >= begun);
  for (const [index, tenantId] of left.entries()) {
    const page = await ports.deadLetters.list(tenantId, {
      after: tenantId === begun ? position : null,
      limit,
    });
    if (page.next !== null) return { rows: page.rows, next: tenantId + TENANT_ENDS + page.next };
    const following = left[index + 1];
    if (page.rows.length > 0 || following === undefined)
      return { rows: page.rows, next: following === undefined ? null : following + TENANT_ENDS };
  }
  return { rows: [], next: null };
}

function placeIn(after: string | null): { readonly tenantId: string; readonly position: string | null } {
  const end = after?.indexOf(TENANT_ENDS) ?? -1;
  if (after === null || end < 0) return { tenantId: '', position: null };
  const position = after.slice(end + 1);
  return { tenantId: after.slice(0, end), position: position === '' ? null : position };
}
