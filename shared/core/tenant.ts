import type { Cloud } from './cloud.js';

/** Where the tenant's secret lies; the value itself never leaves the vault adapter and the token request. */
export interface CredentialReference {
  readonly kind: 'clientSecret';
  readonly clientId: string;
  /** Name of the secret in the vault; carries a random connection id, since deleted names stay taken. */
  readonly secretName: string;
  readonly secretId: string | null;
  /** ISO 8601 UTC, null where unknown. */
  readonly expiresOn: string | null;
}

/** connected: nothing runs yet; running: nightly, subscriptions, notifications; parked: stopped until mended. */
export type TenantState =
  | { readonly kind: 'connected' }
  | { readonly kind: 'running'; readonly since: string }
  | {
      readonly kind: 'parked';
      readonly since: string;
      readonly reason: string;
      readonly fix: string;
      readonly wasRunning: boolean;
    };

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
  readonly paused: boolean;
  readonly groupMembers: 'all' | 'needed';
  readonly credential: CredentialReference;
  /** ISO 8601 UTC. */
  readonly connectedAt: string;
  /** Number of partitions of the tenant's mirror, fixed before the first mirror row; null until then. */
  readonly bucketCount: number | null;
  readonly lastSyncedAt: string | null;
}
