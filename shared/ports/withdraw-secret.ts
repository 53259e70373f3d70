import { Failure } from '../core/failures.js';
import { sameSecret, type SecretLocation } from '../core/tenant.js';
import type { Log } from './log.js';
import type { Tenants } from './registry.js';
import type { Vault } from './vault.js';

export interface WithdrawSecretPorts {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly vault: Pick<Vault, 'disable' | 'discard'>;
  readonly log: Log;
}

/** A secret that was saved for a tenant; `before`: which one the tenant had, null where it had none. */
export interface SavedSecret {
  readonly tenantId: string;
  readonly before: SecretLocation | null;
  readonly location: SecretLocation;
}

/** Makes a secret unusable that no row refers to: its version alone where others lie under its name. Never fails. */
export async function withdrawSecret(
  { vault, log }: Pick<WithdrawSecretPorts, 'vault' | 'log'>,
  { tenantId, before, location }: SavedSecret,
): Promise<void> {
  const { secretName, secretVersion } = location;
  try {
    if (secretName !== before?.secretName || secretVersion === null) await vault.discard(secretName);
    else await vault.disable(secretName, secretVersion);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    // Nothing refers to it; the next replacement disables what is older.
    log.warn('A secret that did not come into use could not be disabled', { tenantId, why: failure.message });
  }
}

/**
 * Lets `write` make the tenant's row name the secret. Where that fails nobody knows whether the row was written, so
 * it is read again: a secret that it does not name is withdrawn, and the failure goes on.
 */
export async function withdrawnUnlessNamed<Value>(
  ports: WithdrawSecretPorts,
  saved: SavedSecret,
  write: () => Promise<Value>,
): Promise<Value> {
  try {
    return await write();
  } catch (failure) {
    if ((await isNamed(ports, saved)) === false) await withdrawSecret(ports, saved);
    throw failure;
  }
}

/** Null where nobody can tell: one that may be in use stays usable. */
async function isNamed(
  { tenants, log }: WithdrawSecretPorts,
  { tenantId, location }: SavedSecret,
): Promise<boolean | null> {
  try {
    const credential = (await tenants.get(tenantId))?.value.credential ?? null;
    if (credential === null) return false;
    return [credential, ...credential.retiring].some((each) => sameSecret(each, location));
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    log.warn('Whether a new secret came into use could not be told', { tenantId, why: failure.message });
    return null;
  }
}
