import type { TenantSight } from '../core/access.js';
import { stateOfSecret, type SecretExpiry, type SecretState } from '../core/secret-expiry.js';
import type { Clock } from '../ports/clock.js';
import type { ListPage, ListRequest } from '../ports/mirror.js';
import type { SecretExpiries } from '../ports/registry.js';

/** Of few tenants each is read by itself, so many on a page. */
const MOST_SINGLE_READS = 50;

/**
 * Expiry of the secret of every tenant in sight, judged now rather than when it was last checked. With `state`, only those; a
 * page may then be empty and still go on.
 */
export async function listSecrets(
  ports: { readonly secretExpiries: SecretExpiries; readonly clock: Clock },
  request: ListRequest & { readonly state: SecretState | null },
  sight: TenantSight,
): Promise<ListPage<SecretExpiry>> {
  const now = ports.clock.now();
  const { state, ...listing } = request;
  const page =
    sight === 'all' ? await ports.secretExpiries.list(listing) : await listSome(ports, listing, sight);
  const judged = page.rows.map((row) => ({ ...row, state: stateOfSecret(row, now) }));
  return { rows: judged.filter((row) => state === null || row.state === state), next: page.next };
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
