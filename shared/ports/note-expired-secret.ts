import { CredentialRefused, Failure, RowConflict } from '../core/failures.js';
import { isExpiryOf, withRecordedSecret } from '../core/issues/recorded-secret.js';
import { expiryOfCredential, ownerOfConsentSecret, type SecretExpiry } from '../core/secret-expiry.js';
import type { CredentialReference, LoginOfTenant } from '../core/tenant.js';
import { changeTenant } from './change-tenant.js';
import type { Clock } from './clock.js';
import type { Log } from './log.js';
import type { SecretExpiries, Tenants } from './registry.js';

export interface NoteExpiredSecretPorts {
  readonly tenants: Pick<Tenants, 'get' | 'save'>;
  readonly secretExpiries: Pick<SecretExpiries, 'get' | 'save'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** Source: learn.microsoft.com/entra/identity-platform/reference-error-codes */
const SECRET_EXPIRED = 7000222;

/** Whether the login service refused a secret since it, as every other one of its application, has expired. */
export function saysExpired(failure: unknown): boolean {
  return failure instanceof CredentialRefused && failure.code === SECRET_EXPIRED;
}

/**
 * Records that the login service refused a tenant's own secret as expired, on its row of the expiries and on the
 * tenant's row, since the first time that it did; that of a consent application on its row alone. Nothing for any other
 * failure, and for a row that names another version by now. Never fails for a table: as long as the secret is refused, the next try records it again.
 */
export async function noteExpiredSecret(
  ports: NoteExpiredSecretPorts,
  { tenantId, credential, consentApp }: LoginOfTenant,
  failure: unknown,
): Promise<void> {
  if (!saysExpired(failure)) return;
  try {
    if (consentApp !== null) await noteConsentSecret(ports, ownerOfConsentSecret(consentApp));
    if (credential === null) return;
    let row: SecretExpiry | null = null;
    while (row === null) row = await refusedRow(ports, tenantId, credential);
    const expiry = row;
    await changeTenant(ports, tenantId, (tenant) => withRecordedSecret(tenant, expiry));
  } catch (problem) {
    if (!(problem instanceof Failure)) throw problem;
    ports.log.warn('That a secret has expired could not be noted yet', { tenantId, why: problem.message });
  }
}

/** The row as it is then; null if somebody else wrote it since it was read. */
async function refusedRow(
  { secretExpiries, clock }: NoteExpiredSecretPorts,
  tenantId: string,
  credential: CredentialReference,
): Promise<SecretExpiry | null> {
  const now = clock.now();
  const stored = await secretExpiries.get(tenantId);
  const row = stored?.value ?? expiryOfCredential(tenantId, credential, now);
  if (row.refusedAt !== null || !isExpiryOf(row, credential)) return row;
  return await saved(secretExpiries, asRefused(row, now), stored?.tag ?? null);
}

/** Before the first upkeep there is no row: the next try records it. */
async function noteConsentSecret(
  { secretExpiries, clock }: NoteExpiredSecretPorts,
  owner: string,
): Promise<void> {
  for (;;) {
    const stored = await secretExpiries.get(owner);
    if (stored === null || stored.value.refusedAt !== null) return;
    if ((await saved(secretExpiries, asRefused(stored.value, clock.now()), stored.tag)) !== null) return;
  }
}

function asRefused(row: SecretExpiry, now: number): SecretExpiry {
  return { ...row, state: 'expired', refusedAt: new Date(now).toISOString() };
}

/** The row as it is then; null if somebody else wrote it since it was read. */
async function saved(
  secretExpiries: Pick<SecretExpiries, 'save'>,
  row: SecretExpiry,
  tag: string | null,
): Promise<SecretExpiry | null> {
  try {
    await secretExpiries.save(row, tag);
    return row;
  } catch (failure) {
    if (failure instanceof RowConflict) return null;
    throw failure;
  }
}
