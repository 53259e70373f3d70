import { Failure } from '../core/failures.js';
import { expiryOfCredential, withWarning } from '../core/secret-expiry.js';
import { withRecordedSecret } from '../core/issues/recorded-secret.js';
import type { Tenant } from '../core/tenant.js';
import type { Clock } from './clock.js';
import type { Log } from './log.js';
import type { SecretExpiries } from './registry.js';
import { warnOfExpiry } from './warn-of-expiry.js';

export interface NoteNewSecretPorts {
  readonly secretExpiries: Pick<SecretExpiries, 'put'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The tenant saying of its new secret what the date that was named says. @param now epoch milliseconds */
export function withNewSecret(tenant: Tenant, now: number): Tenant {
  const { tenantId, credential } = tenant;
  if (credential === null) return tenant;
  const expiry = expiryOfCredential(tenantId, credential, now);
  return withRecordedSecret(tenant, expiry);
}

/**
 * Notes the expiry of a secret that the tenant names from now on, and warns where a threshold is reached already, so
 * that tenant, secrets and log say the same at once. Never fails for a table: the secret is in use by now, and the
 * timer that follows every secret writes the row and warns as well.
 */
export async function noteNewSecret(
  { secretExpiries, clock, log }: NoteNewSecretPorts,
  { tenantId, credential, displayName }: Tenant,
): Promise<void> {
  if (credential === null) return;
  const now = clock.now();
  const { expiry, warning } = withWarning(expiryOfCredential(tenantId, credential, now), now);
  try {
    await secretExpiries.put(expiry);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    log.warn('The expiry of a new secret could not be noted yet', { tenantId, why: failure.message });
    return;
  }
  if (warning !== null) warnOfExpiry(log, displayName, expiry, warning);
}
