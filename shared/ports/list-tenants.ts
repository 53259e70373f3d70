import type { TenantSight } from '../core/access.js';
import type { Tenant } from '../core/tenant.js';
import type { ListPage, ListRequest } from './mirror.js';
import type { Tenants } from './registry.js';

/** Of few tenants each is read by itself, so many on a page. */
const MOST_SINGLE_READS = 50;

/** Pages of the registry that one request goes through at most, when few of its tenants are wanted. */
const MOST_PAGES = 20;

/**
 * Returns the tenants in sight that are wanted, in the order of their ids. A page may hold fewer than it could and still
 * have a next one.
 */
export async function listTenants(
  ports: { readonly tenants: Tenants },
  request: ListRequest,
  sight: TenantSight,
  isWanted: (tenant: Tenant) => boolean = () => true,
): Promise<ListPage<Tenant>> {
  const rows: Tenant[] = [];
  let next = request.after;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await pageOf(ports, { after: next, limit: request.limit - rows.length }, sight);
    rows.push(...page.rows.filter(isWanted));
    next = page.next;
    if (next === null || rows.length === request.limit) break;
  }
  return { rows, next };
}

async function pageOf(
  ports: { readonly tenants: Tenants },
  request: ListRequest,
  sight: TenantSight,
): Promise<ListPage<Tenant>> {
  if (sight !== 'all') return await listSome(ports, request, sight);
  const page = await ports.tenants.list(request);
  return { rows: page.rows.map((stored) => stored.value), next: page.next };
}

/** Never by the list of all, whose positions tell the ids of others. */
async function listSome(
  ports: { readonly tenants: Tenants },
  { after, limit }: ListRequest,
  tenantIds: readonly string[],
): Promise<ListPage<Tenant>> {
  const left = tenantIds.filter((tenantId) => after === null || tenantId > after);
  const asked = left.slice(0, Math.min(limit, MOST_SINGLE_READS));
  const stored = await Promise.all(asked.map((tenantId) => ports.tenants.get(tenantId)));
  return {
    rows: stored.flatMap((each) => (each === null ? [] : [each.value])),
    next: left.length > asked.length ? (asked.at(-1) ?? null) : null,
  };
}
