import { secretState, type SecretExpiry, type SecretState } from '../core/secret-expiry.js';
import type { Clock } from '../ports/clock.js';
import type { ListPage, ListRequest } from '../ports/mirror.js';
import type { SecretExpiries } from '../ports/registry.js';

/**
 * Expiry of every tenant's secret, judged now rather than when it was last checked. With `state`, only those; a
 * page may then be empty and still go on.
 */
export async function listSecrets(
  ports: { readonly secretExpiries: SecretExpiries; readonly clock: Clock },
  request: ListRequest & { readonly state: SecretState | null },
): Promise<ListPage<SecretExpiry>> {
  const now = ports.clock.now();
  const { state, ...listing } = request;
  const page = await ports.secretExpiries.list(listing);
  const judged = page.rows.map((row) => ({ ...row, state: secretState(row.expiresOn, now) }));
  return { rows: judged.filter((row) => state === null || row.state === state), next: page.next };
}
