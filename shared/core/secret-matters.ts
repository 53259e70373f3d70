import { secretMatter, type SecretExpiry } from './secret-expiry.js';
import { tenantAfter, type CredentialReference, type Tenant } from './tenant.js';
import type { Matter } from './tenant-state.js';

/**
 * The tenant saying of its secret what that one's row says, beside whatever else is to be mended. The same object where
 * it says so already, or has another secret by now.
 * @param at ISO 8601 UTC
 */
export function withSecretMatter(tenant: Tenant, expiry: SecretExpiry, at: string): Tenant {
  if (tenant.credential === null || !isExpiryOf(expiry, tenant.credential)) return tenant;
  const matter = secretMatter(expiry);
  const matters = [...(matter === null ? [] : [matter]), ...otherMatters(tenant)];
  return tenantAfter(tenant, { kind: 'matters', at, matters });
}

/** A credential without a version is read in the newest one, which is the one that the row names. */
export function isExpiryOf(
  row: SecretExpiry,
  { secretName, secretVersion }: Pick<CredentialReference, 'secretName' | 'secretVersion'>,
): boolean {
  return row.secretName === secretName && (secretVersion === null || row.secretVersion === secretVersion);
}

function otherMatters({ state }: Tenant): readonly Matter[] {
  if (state.kind !== 'attention') return [];
  return state.matters.filter(({ code }) => code !== 'secretExpiring' && code !== 'secretExpired');
}
