/**
 * The types of the emulator's control API: how a test, a bench or the launcher changes a directory, injects
 * faults and asks for the truth. `GraphEmulator` (in-process) and `GraphControlClient` (over loopback http)
 * both implement {@link GraphControl}.
 */
import type { FaultRule, NotificationFaults, TokenExpiry } from './control-faults.js';
import type { DirectoryChange } from './control-directory.js';
import type { AppSecret, LoginControl } from './control-login.js';
import type { DirectoryTruth, TruthRow } from './control-truth.js';

export type * from './control-directory.js';
export type * from './control-faults.js';
export type * from './control-login.js';
export type * from './control-truth.js';

/** An app known in a tenant. `roles` are the application permissions consented there (`User.Read.All` …). */
export interface AppRegistration {
  readonly clientId: string;
  readonly displayName?: string;
  readonly secrets: readonly AppSecret[];
  readonly roles: readonly string[];
}

/** A tenant as it is created; its directory starts empty. */
export interface TenantRegistration {
  readonly tenantId: string;
  readonly displayName?: string;
  /** Default verified domain, usable in token URLs in place of the GUID. */
  readonly domain?: string;
  readonly apps: readonly AppRegistration[];
}

/** A tenant as listed. Counts are of live (not soft-deleted) objects. */
export interface TenantSummary {
  readonly tenantId: string;
  readonly displayName: string;
  readonly domain: string;
  readonly apps: readonly AppRegistration[];
  readonly users: number;
  readonly groups: number;
  readonly lagSeconds: number;
}

/**
 * What came of a list of changes. A change that the directory's present state does not allow (an unknown
 * id, a member that is there already, a soft-deleted member …) is skipped with its reason, the rest applied.
 */
export interface ChangeOutcome {
  readonly applied: number;
  readonly skipped: readonly { readonly index: number; readonly reason: string }[];
  /** Per change: the id it was about (a created object's new id). */
  readonly ids: readonly string[];
}

/** Random changes over a directory: about `share` (0..1) of the users plus as many memberships. */
export interface RandomChanges {
  readonly share: number;
  readonly seed: number;
}

/** Requests of one tenant since the last reset. Keys of `byTemplate` look like `GET /users/delta`. */
export interface RequestCounts {
  readonly requests: number;
  readonly resourceUnits: number;
  readonly throttled: number;
  readonly byTemplate: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<string, number>>;
}

/** A request that names something the metadata index does not have. */
export interface MetadataViolation {
  readonly method: string;
  readonly path: string;
  readonly reason: string;
}

/** A stored subscription with what Graph itself never shows. Instants are ISO. */
export interface SubscriptionRecord {
  readonly id: string;
  readonly tenantId: string;
  readonly applicationId: string;
  readonly resource: string;
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly clientState: string | null;
  readonly expirationDateTime: string;
  /** The bound access token's end: afterwards nothing is delivered until PATCH or reauthorize. */
  readonly authorizedUntil: string;
}

/** Notification posts of one tenant since the last reset. */
export interface NotificationCounts {
  readonly raised: number;
  readonly delivered: number;
  readonly failedAttempts: number;
  readonly dropped: number;
  readonly pending: number;
}

/** Everything that can be done to an emulator besides calling Graph. Unknown tenants reject. */
export interface GraphControl extends LoginControl {
  createTenant(tenant: TenantRegistration): Promise<void>;
  removeTenant(tenantId: string): Promise<void>;
  listTenants(): Promise<readonly TenantSummary[]>;
  /** Replaces (by clientId) or adds an app registration: secrets, expiry and roles change from the next request. */
  setApp(tenantId: string, app: AppRegistration): Promise<void>;

  applyChanges(tenantId: string, changes: readonly DirectoryChange[]): Promise<ChangeOutcome>;
  applyRandomChanges(tenantId: string, random: RandomChanges): Promise<ChangeOutcome>;
  /** Keeps changing the directories of these tenants at random, about once a second; none stops it. */
  setLive(tenantIds: readonly string[]): Promise<void>;

  truth(tenantId: string): Promise<DirectoryTruth>;
  /** The truth row by row, for directories too large for one answer. */
  truthRows(tenantId: string): AsyncIterable<TruthRow>;

  /** Adds a fault rule and answers its id. */
  addFault(rule: FaultRule): Promise<string>;
  listFaults(): Promise<readonly (FaultRule & { readonly id: string; readonly fired: number })[]>;
  /** Removes one rule, all of a tenant, or all. */
  clearFaults(which?: { readonly id?: string; readonly tenantId?: string }): Promise<void>;
  setNotificationFaults(tenantId: string, faults: NotificationFaults): Promise<void>;
  /** Makes every delta and/or page token issued so far to this tenant refuse as given. */
  expireTokens(tenantId: string, expiry?: TokenExpiry): Promise<void>;
  /** All reads of the tenant answer as of this many seconds ago (never going back); 0 catches up at once. */
  setLag(tenantId: string, seconds: number): Promise<void>;
  /** Turns resource units' enforcement (429) on or off for every tenant. */
  setThrottling(on: boolean): Promise<void>;

  subscriptions(tenantId: string): Promise<readonly SubscriptionRecord[]>;
  /** Loses a subscription without telling anybody. Rejects where there is none. */
  killSubscription(tenantId: string, subscriptionId: string): Promise<void>;
  /** Tells of a subscription what Graph would, whatever the event's name. Rejects where it has no such address. */
  sendLifecycleEvent(tenantId: string, subscriptionId: string, event: string): Promise<void>;
  notificationCounts(tenantId: string): Promise<NotificationCounts>;
  requestCounts(tenantId: string): Promise<RequestCounts>;
  resetCounts(tenantId?: string): Promise<void>;
  violations(): Promise<readonly MetadataViolation[]>;
  clearViolations(): Promise<void>;
  /** Moves the emulator's virtual clock on; rejects when it runs on real time. */
  advanceClock(milliseconds: number): Promise<void>;
}
