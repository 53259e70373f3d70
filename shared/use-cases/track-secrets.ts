import { NotFound } from '../core/failures.js';
import { earlierOf, secretState, type SecretExpiry } from '../core/secret-expiry.js';
import type { Tenant } from '../core/tenant.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { SecretExpiries } from '../ports/registry.js';
import type { TenantWalk } from '../ports/tenant-walk.js';
import type { Vault } from '../ports/vault.js';

export interface TrackSecretsPorts {
  readonly walkTenants: TenantWalk;
  readonly vault: Vault;
  readonly secretExpiries: SecretExpiries;
  readonly clock: Clock;
  readonly log: Log;
}

/** The vault is asked for a tenant's date at most so often; the state follows the clock at every tick. */
const ASK_VAULT_AFTER_MS = 6 * 60 * 60_000;
const ROWS_PER_PAGE = 500;

/**
 * One tick of the upkeep timer: keeps the expiry of every tenant's secret, and tells the log when its state changes.
 * Parked tenants too, since an expired secret is what parks them.
 * @throws AggregateError after all tenants were tried, where some failed
 */
export function createTrackSecrets(ports: TrackSecretsPorts): () => Promise<void> {
  return async () => {
    const known = await knownExpiries(ports.secretExpiries);
    const now = ports.clock.now();
    await ports.walkTenants((tenant) => track(ports, tenant, known.get(tenant.tenantId) ?? null, now));
  };
}

async function track(
  ports: TrackSecretsPorts,
  tenant: Tenant,
  known: SecretExpiry | null,
  now: number,
): Promise<void> {
  if (tenant.credential === null) return;
  const { secretName, clientId, secretId } = tenant.credential;
  const before = known?.secretName === secretName ? known : null;
  const asks = before === null || now - Date.parse(before.checkedAt) >= ASK_VAULT_AFTER_MS;
  const vaultDate = asks ? await expiryInVault(ports.vault, secretName) : before.expiresOn;
  const expiresOn = earlierOf(vaultDate, tenant.credential.expiresOn);
  const state = secretState(expiresOn, now);
  if (!asks && state === before.state) return;
  // Told first: a stop in between tells it twice rather than never.
  if (state !== (before?.state ?? 'valid')) logState(ports.log, { tenant, state, expiresOn });
  const checkedAt = asks ? new Date(now).toISOString() : before.checkedAt;
  const { tenantId } = tenant;
  await ports.secretExpiries.put({ tenantId, secretName, clientId, secretId, expiresOn, state, checkedAt });
}

/** A secret that is not there has no date; that it is missing shows when a token is asked for. */
async function expiryInVault(vault: Vault, secretName: string): Promise<string | null> {
  try {
    return await vault.expiryOf(secretName);
  } catch (failure) {
    if (failure instanceof NotFound) return null;
    throw failure;
  }
}

function logState(
  log: Log,
  change: Pick<SecretExpiry, 'state' | 'expiresOn'> & { readonly tenant: Tenant },
): void {
  const { state, expiresOn } = change;
  const facts = { tenantId: change.tenant.tenantId, state, expiresOn };
  const message = `The client secret of ${change.tenant.displayName} is ${state}`;
  if (state === 'expiring' || state === 'expired') log.warn(message, facts);
  else log.info(message, facts);
}

async function knownExpiries(expiries: SecretExpiries): Promise<Map<string, SecretExpiry>> {
  const known = new Map<string, SecretExpiry>();
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<SecretExpiries['list']>> = await expiries.list({
      after,
      limit: ROWS_PER_PAGE,
    });
    for (const row of page.rows) known.set(row.tenantId, row);
    after = page.next;
  } while (after !== null);
  return known;
}
