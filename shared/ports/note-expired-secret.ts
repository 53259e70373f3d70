import { Failure, RowConflict, type AccessRefused, type CredentialRefused } from '../core/failures.js';
import { expiryOfCredential, type SecretExpiry } from '../core/secret-expiry.js';
import { isExpiryOf } from '../core/issues/recorded-secret.js';
import type { CredentialReference } from '../core/tenant.js';
import type { Clock } from './clock.js';
import type { Log } from './log.js';
import type { SecretExpiries } from './registry.js';

export interface NoteExpiredSecretPorts {
  readonly secretExpiries: SecretExpiries;
  readonly clock: Clock;
  readonly log: Log;
}

/** Source: learn.microsoft.com/entra/identity-platform/reference-error-codes */
const SECRET_EXPIRED = 7000222;

/**
 * Notes on the row of a tenant's own secret that the login service refused it as expired, so that the list of secrets
 * says what parks the tenant, though nobody named a date or a later one. Nothing for any other refusal, and for a row
 * that names another version by now. Never fails for a table: the tenant is parked all the same, and its next try
 * notes it again.
 */
export async function noteExpiredSecret(
  ports: NoteExpiredSecretPorts,
  { tenantId, credential }: { readonly tenantId: string; readonly credential: CredentialReference | null },
  refusal: AccessRefused | CredentialRefused,
): Promise<void> {
  if (credential === null || refusal.kind !== 'credentialRefused' || refusal.code !== SECRET_EXPIRED) return;
  try {
    while (!(await noted(ports, tenantId, credential)));
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    ports.log.warn('That a secret has expired could not be noted yet', { tenantId, why: failure.message });
  }
}

/** False where somebody else wrote the row since it was read. */
async function noted(
  { secretExpiries, clock }: NoteExpiredSecretPorts,
  tenantId: string,
  credential: CredentialReference,
): Promise<boolean> {
  const now = clock.now();
  const stored = await secretExpiries.get(tenantId);
  const row = stored?.value ?? expiryOfCredential(tenantId, credential, now);
  if (row.refusedAt !== null || !isExpiryOf(row, credential)) return true;
  const refused: SecretExpiry = { ...row, state: 'expired', refusedAt: new Date(now).toISOString() };
  try {
    await secretExpiries.save(refused, stored?.tag ?? null);
    return true;
  } catch (failure) {
    if (failure instanceof RowConflict) return false;
    throw failure;
  }
}
