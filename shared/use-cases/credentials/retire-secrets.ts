import { Failure } from '../../core/failures.js';
import type { CredentialReference, Tenant } from '../../core/tenant.js';
import { changeTenant } from '../../ports/change-tenant.js';
import type { Directory } from '../../ports/directory.js';
import type { Log } from '../../ports/log.js';
import type { Tenants } from '../../ports/registry.js';
import type { TenantWalk } from '../../ports/tenant-walk.js';
import type { Vault } from '../../ports/vault.js';

export interface RetireSecretsPorts {
  readonly walkTenants: TenantWalk;
  readonly tenants: Tenants;
  readonly directory: Pick<Directory, 'prove'>;
  readonly vault: Pick<Vault, 'disable' | 'versionsBefore' | 'discard'>;
  readonly log: Log;
}

/**
 * One tick of the upkeep timer: once a replaced credential's successor has served, read from the vault as every job
 * reads it, what it replaced is made unusable; and with it whatever a replacement that was cut short left behind,
 * which is older than a version in use.
 * @throws AggregateError after all tenants were visited, where some failed
 */
export function createRetireSecrets(ports: RetireSecretsPorts): () => Promise<void> {
  return async () => {
    await ports.walkTenants(async (tenant) => {
      const { credential, state } = tenant;
      if (credential === null || credential.retiring.length === 0 || state.kind === 'disconnecting') return;
      if (await hasServed(ports, tenant, credential)) await retire(ports, tenant, credential);
    });
  };
}

async function hasServed(
  { directory, log }: RetireSecretsPorts,
  { tenantId, cloud }: Tenant,
  credential: CredentialReference,
): Promise<boolean> {
  try {
    await directory.prove({ tenantId, cloud, credential });
    return true;
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    log.info('A replaced secret is kept, since the new one has not served yet', {
      tenantId,
      why: failure.message,
    });
    return false;
  }
}

async function retire(
  { tenants, vault, log }: RetireSecretsPorts,
  { tenantId }: Tenant,
  { secretName, secretVersion, retiring }: CredentialReference,
): Promise<void> {
  for (const old of retiring) {
    if (old.secretName !== secretName || old.secretVersion === null) await vault.discard(old.secretName);
    else await vault.disable(old.secretName, old.secretVersion);
  }
  const older = secretVersion === null ? [] : await vault.versionsBefore(secretName, secretVersion);
  for (const version of older) await vault.disable(secretName, version);
  // Last, so that a stop in between makes them unusable once more.
  await changeTenant({ tenants }, tenantId, (tenant) => {
    const { credential } = tenant;
    if (credential?.secretVersion !== secretVersion || credential.secretName !== secretName) return tenant;
    return { ...tenant, credential: { ...credential, retiring: [] } };
  });
  log.info('A replaced client secret was made unusable', { tenantId });
}
