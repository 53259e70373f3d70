import type { TenantSight } from '../core/access.js';
import { endOfSecret, stateOfSecret, type SecretExpiry, type SecretState } from '../core/secret-expiry.js';
import type { Tenant } from '../core/tenant.js';
import type { Clock } from '../ports/clock.js';
import type { ListPage, ListRequest } from '../ports/mirror.js';
import type { SecretExpiries, Tenants } from '../ports/registry.js';

/** Of few tenants each is read by itself, so many on a page. */
const MOST_SINGLE_READS = 50;

/** The expiry of a secret, and whose secret it is. */
export interface ListedSecret extends SecretExpiry {
  /** Of the tenant; null for a consent application's. */
  readonly displayName: string | null;
  /** Of the tenant: whom to ask; null if nobody was named. */
  readonly owner: Tenant['owner'];
}

/**
 * Expiry of the secret of every tenant in sight, judged now rather than when it was last checked. One that the login
 * service refuses as expired ends when it first did, if no earlier date was named. With `state`, only those; a page may
 * then be empty and still go on.
 */
export async function listSecrets(
  ports: {
    readonly secretExpiries: SecretExpiries;
    readonly tenants: Pick<Tenants, 'readMany'>;
    readonly clock: Pick<Clock, 'now'>;
  },
  request: ListRequest & { readonly state: SecretState | null },
  sight: TenantSight,
): Promise<ListPage<ListedSecret>> {
  const now = ports.clock.now();
  const { state, ...listing } = request;
  const page =
    sight === 'all' ? await ports.secretExpiries.list(listing) : await listSome(ports, listing, sight);
  const judged = page.rows
    .map((row) => ({ ...row, state: stateOfSecret(row, now), expiresOn: endOfSecret(row) }))
    .filter((row) => state === null || row.state === state);
  const tenants = await ports.tenants.readMany(
    judged.flatMap(({ tenantId }) => (tenantId === null ? [] : [tenantId])),
  );
  const rows = judged.map((row) => {
    const tenant = row.tenantId === null ? undefined : tenants.get(row.tenantId);
    return { ...row, displayName: tenant?.displayName ?? null, owner: tenant?.owner ?? null };
  });
  return { rows, next: page.next };
}

/** Never by the list of all, whose positions tell the ids of others. */
async function listSome(
  ports: { readonly secretExpiries: SecretExpiries },
  { after, limit }: ListRequest,
  tenantIds: readonly string[],
): Promise<ListPage<SecretExpiry>> {
  const left = tenantIds.filter((tenantId) => after === null || tenantId > after);
  const asked = left.slice(0, Math.min(limit, MOST_SINGLE_READS));
  const found = await Promise.all(asked.map((tenantId) => ports.secretExpiries.get(tenantId)));
  return {
    rows: found.flatMap((stored) => (stored === null ? [] : [stored.value])),
    next: left.length > asked.length ? (asked.at(-1) ?? null) : null,
  };
}
