import { NOTHING_FOUND, type TenantHealth } from '../../shared/core/issues/tenant-health.js';
import type { CredentialReference, Tenant } from '../../shared/core/tenant.js';

/** A client secret in the vault without a date, where nothing else is said. */
export function credentialReference(over: Partial<CredentialReference> = {}): CredentialReference {
  return {
    kind: 'clientSecret',
    clientId: '33333333-3333-4333-8333-333333333333',
    secretName: 'graph-abc',
    secretVersion: 'version-1',
    secretId: null,
    expiresOn: null,
    retiring: [],
    ...over,
  };
}

/** A health in which only this was found. */
export function healthOf(found: Partial<TenantHealth>): TenantHealth {
  return { ...NOTHING_FOUND, ...found };
}

/** A running tenant with a client secret, where nothing else is said. */
export function aTenant(over: Partial<Tenant> = {}): Tenant {
  const at = '2026-05-01T00:00:00.000Z';
  return {
    tenantId: '11111111-1111-4111-8111-111111111111',
    displayName: 'Contoso',
    cloud: 'global',
    state: { kind: 'running', since: at },
    organizationIds: [],
    owner: null,
    timeZone: 'UTC',
    nightlyAt: '01:00',
    pollEveryMinutes: 240,
    paused: false,
    groupMembers: 'all',
    credential: credentialReference(),
    bundles: [],
    consents: [],
    createdAt: at,
    connectedAt: at,
    bucketCount: 4,
    lastSyncedAt: null,
    lastOutage: null,
    health: NOTHING_FOUND,
    ...over,
  };
}
