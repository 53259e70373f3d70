import { consentAppFor, followedConsentApp, type Bundle, type ConsentApp } from './bundle.js';
import type { Cloud } from './cloud.js';
import type { TenantHealth } from './issues/tenant-health.js';
import { nextTenantState, type TenantEvent, type TenantState } from './tenant-state.js';

/** A secret in the vault. */
export interface SecretLocation {
  /** Carries a random connection id, since deleted names stay taken. */
  readonly secretName: string;
  /** The version that is read; null for the newest, which is what an operator keeps by hand. */
  readonly secretVersion: string | null;
}

/** Where the tenant's secret lies; the value itself never leaves the vault adapter and the token request. */
export interface CredentialReference extends SecretLocation {
  readonly kind: 'clientSecret';
  readonly clientId: string;
  readonly secretId: string | null;
  /** ISO 8601 UTC, as the operator named it; null where none was. The earliest that anybody named: SecretExpiry. */
  readonly expiresOn: string | null;
  /** What it replaced: usable until this one has served once. */
  readonly retiring: readonly SecretLocation[];
}

/** A consent that was proven to work. */
export interface Consent {
  readonly bundle: Bundle;
  /** The operator's application that it was given to. */
  readonly clientId: string;
  /** ISO 8601 UTC. */
  readonly grantedAt: string;
}

/** The last time a tenant was parked. ISO 8601 UTC; `backAt` null while it lasts. */
export interface Outage {
  readonly parkedAt: string;
  /** When it was last tried whether it is mended; null while it was not. */
  readonly triedAt: string | null;
  readonly backAt: string | null;
  readonly reason: string;
}

export interface Tenant {
  readonly tenantId: string;
  readonly displayName: string;
  readonly cloud: Cloud;
  readonly state: TenantState;
  readonly organizationIds: readonly string[];
  readonly owner: { readonly name: string; readonly mail: string } | null;
  /** IANA time zone of the nightly run. */
  readonly timeZone: string;
  /** Local time of the nightly run, "HH:MM". */
  readonly nightlyAt: string;
  /** The directory is asked for changes at least this often, whatever its notifications tell. */
  readonly pollEveryMinutes: number;
  readonly paused: boolean;
  readonly groupMembers: 'all' | 'needed';
  /** The customer's own application; null where there is none. It goes before consents. */
  readonly credential: CredentialReference | null;
  /** What the operator asks consent for. */
  readonly bundles: readonly Bundle[];
  readonly consents: readonly Consent[];
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  /** ISO 8601 UTC; null while nobody has let us in. */
  readonly connectedAt: string | null;
  readonly lastOutage: Outage | null;
  /** What jobs, timers and API calls found out last; its issues are worked out from it. */
  readonly health: TenantHealth;
  /** Number of partitions of the tenant's mirror, fixed before the first mirror row; null until then. */
  readonly bucketCount: number | null;
  readonly lastSyncedAt: string | null;
}

/** As whom a directory is asked: an application and where its secret lies. */
export interface AppCredential extends SecretLocation {
  readonly clientId: string;
}

/** The application that may do what a bundle is for; null where nobody has let one in. */
export function appCredentialFor(
  tenant: Pick<Tenant, 'cloud' | 'credential' | 'consents'>,
  bundle: Bundle,
  apps: readonly ConsentApp[],
): AppCredential | null {
  if (tenant.credential !== null) return tenant.credential;
  const app = consentAppFor(apps, bundle, tenant.cloud);
  const consented = tenant.consents.some(
    (consent) => consent.bundle === bundle && consent.clientId === app?.clientId,
  );
  if (app === undefined || !consented) return null;
  return { clientId: app.clientId, secretName: app.secretName, secretVersion: null };
}

/** By what a tenant's directory is read: its own credential, or else the operator's application that it consented to. */
export interface LoginOfTenant {
  readonly tenantId: string;
  readonly credential: CredentialReference | null;
  /** Null if the tenant has a credential of its own, or there is no such application. */
  readonly consentApp: ConsentApp | null;
}

export function loginOf(
  { tenantId, cloud, credential }: Pick<Tenant, 'tenantId' | 'cloud' | 'credential'>,
  bundle: Bundle,
  apps: readonly ConsentApp[],
): LoginOfTenant {
  const app = credential === null ? consentAppFor(apps, bundle, cloud) : undefined;
  return { tenantId, credential, consentApp: app === undefined ? null : followedConsentApp(apps, app) };
}

/** Whether both name the same secret; none is the same as none. */
export function sameSecret(a: SecretLocation | null, b: SecretLocation | null): boolean {
  return a?.secretName === b?.secretName && a?.secretVersion === b?.secretVersion;
}

/** The tenant after an event, with what its state and its last outage tell; the same object where nothing changes. */
export function tenantAfter(tenant: Tenant, event: TenantEvent): Tenant {
  const state = nextTenantState(tenant.state, event);
  if (state === tenant.state) return tenant;
  const connectedAt = event.kind === 'admitted' ? (tenant.connectedAt ?? event.at) : tenant.connectedAt;
  return { ...tenant, state, connectedAt, lastOutage: outageAfter(tenant, state, event.at) };
}

/** Whether no outage is left to end: the tenant was let in after its last one, and synced since. */
export function isPastOutage({
  lastOutage,
  lastSyncedAt,
}: Pick<Tenant, 'lastOutage' | 'lastSyncedAt'>): boolean {
  if (lastOutage === null) return true;
  const { backAt } = lastOutage;
  return backAt !== null && lastSyncedAt !== null && lastSyncedAt >= backAt;
}

function outageAfter(tenant: Tenant, after: TenantState, at: string): Outage | null {
  const { state: before, lastOutage } = tenant;
  if (after.kind === 'parked') {
    const { reason } = after;
    if (before.kind === 'parked') {
      const { parkedAt, triedAt } = lastOutage ?? { parkedAt: before.since, triedAt: null };
      return { parkedAt, triedAt, backAt: null, reason };
    }
    // Let in but never synced since: the same outage, so that it is tried ever more seldom. Being let in was a try.
    if (lastOutage !== null && lastOutage.backAt !== null && !isPastOutage(tenant))
      return { parkedAt: lastOutage.parkedAt, triedAt: lastOutage.backAt, backAt: null, reason };
    return { parkedAt: at, triedAt: null, backAt: null, reason };
  }
  if (before.kind !== 'parked' || lastOutage === null) return lastOutage;
  return { ...lastOutage, backAt: at };
}
