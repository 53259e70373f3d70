import { Failure, RowConflict } from '../core/failures.js';
import { stateOfSecret, withoutOldRefusal, type SecretExpiry } from '../core/secret-expiry.js';
import { isExpiryOf } from '../core/issues/recorded-secret.js';
import type { Tenant } from '../core/tenant.js';
import type { Clock } from './clock.js';
import type { Log } from './log.js';
import type { SecretExpiries, Tenants } from './registry.js';
import { tellTenant } from './tell-tenant.js';

export interface NoteServingSecretPorts {
  readonly tenants: Pick<Tenants, 'get' | 'save'>;
  readonly secretExpiries: Pick<SecretExpiries, 'get' | 'save'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/**
 * Where a tenant is let in again: its secret is not listed as refused any more, and the tenant says of it what its row
 * says. Never fails for a table: the timer that follows every secret does the same.
 * @param tenant after it was let in
 * @param letInAt when it was, ISO 8601 UTC; null if it never was since it was refused
 */
export async function noteServingSecret(
  ports: NoteServingSecretPorts,
  tenant: Tenant,
  letInAt = tenant.lastOutage?.backAt ?? null,
): Promise<void> {
  const { tenantId } = tenant;
  try {
    const expiry = await expiryNow(ports, tenant, letInAt);
    if (expiry !== null) await tellTenant(ports, tenant, expiry);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    ports.log.warn('That a secret serves again could not be noted yet', { tenantId, why: failure.message });
  }
}

/** Null where no row tells of the secret in use. */
async function expiryNow(
  { secretExpiries, clock }: NoteServingSecretPorts,
  { tenantId, credential }: Tenant,
  letInAt: string | null,
): Promise<SecretExpiry | null> {
  if (credential === null) return null;
  for (;;) {
    const stored = await secretExpiries.get(tenantId);
    if (stored === null || !isExpiryOf(stored.value, credential)) return null;
    const served = withoutOldRefusal(stored.value, letInAt);
    const expiry = { ...served, state: stateOfSecret(served, clock.now()) };
    if (served === stored.value) return expiry;
    try {
      await secretExpiries.save(expiry, stored.tag);
      return expiry;
    } catch (failure) {
      if (!(failure instanceof RowConflict)) throw failure;
    }
  }
}
