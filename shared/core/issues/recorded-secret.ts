import { endOfSecret, type SecretExpiry } from '../secret-expiry.js';
import type { CredentialReference, Tenant } from '../tenant.js';
import { withHealth, type RecordedSecret } from './tenant-health.js';

/** A credential without a version is read in the newest one, which is the one that the row names. */
export function isExpiryOf(
  row: Pick<RecordedSecret, 'secretName' | 'secretVersion'>,
  { secretName, secretVersion }: Pick<CredentialReference, 'secretName' | 'secretVersion'>,
): boolean {
  return row.secretName === secretName && (secretVersion === null || row.secretVersion === secretVersion);
}

/**
 * Returns the tenant with what is recorded of its secret brought up to date with the secret's expiry row. The same
 * object if it says so already, or has another secret by now.
 */
export function withRecordedSecret(tenant: Tenant, expiry: SecretExpiry): Tenant {
  if (tenant.credential === null || !isExpiryOf(expiry, tenant.credential)) return tenant;
  const { secretName, secretVersion, expiresOn, refusedAt } = expiry;
  return withHealth(tenant, { secret: { secretName, secretVersion, expiresOn, refusedAt } });
}

type Holder = Pick<Tenant, 'credential' | 'health'>;

/** What is recorded of the secret in use; null if nothing is yet. */
export function recordOfSecret({ credential, health: { secret } }: Holder): RecordedSecret | null {
  return secret !== null && credential !== null && isExpiryOf(secret, credential) ? secret : null;
}

/** When the secret in use ends as far as anybody knows, ISO 8601 UTC; null if nobody does, or none is in use. */
export function endInUse(tenant: Holder): string | null {
  const record = recordOfSecret(tenant);
  return record === null ? (tenant.credential?.expiresOn ?? null) : endOfSecret(record);
}
