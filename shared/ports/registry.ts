import type { Run } from '../core/run.js';
import type { SecretExpiry } from '../core/secret-expiry.js';
import type { Subscription } from '../core/subscription.js';
import type { Tenant } from '../core/tenant.js';
import type { ListPage, ListRequest } from './mirror.js';
import type { Fence } from './scope.js';

export interface Stored<Value> {
  readonly value: Value;
  /** ETag. */
  readonly tag: string;
}

export interface Tenants {
  get(tenantId: string): Promise<Stored<Tenant> | null>;
  list(request: ListRequest): Promise<ListPage<Stored<Tenant>>>;
  /** Those of these tenants that are there, in batches; by their ids. */
  readMany(tenantIds: readonly string[]): Promise<ReadonlyMap<string, Tenant>>;
  /** @throws RowConflict where the tenant is there already, or its removal has not ended yet */
  create(tenant: Tenant): Promise<Stored<Tenant>>;
  /** @throws RowConflict where it was changed since `tag` was read */
  save(tenant: Tenant, tag: string): Promise<Stored<Tenant>>;
  /** Absent is no fault. @throws RowConflict where it was changed since `tag` was read */
  remove(tenantId: string, tag: string): Promise<void>;
}

export type RunRequest =
  | { readonly kind: 'created'; readonly run: Run }
  /** The same job set with the same `full` was still active: that run. */
  | { readonly kind: 'active'; readonly run: Run };

export interface Runs {
  /**
   * Stores a run and its active mark in one transaction. `activeKey` tells runs of the same wish from others;
   * a second one under a live key, or the same run id, answers the first. A run that is over already is stored
   * without an active mark.
   */
  request(run: Run, activeKey: string): Promise<RunRequest>;
  get(tenantId: string, runId: string): Promise<Stored<Run> | null>;
  /** Runs that are not over, oldest first. */
  active(tenantId: string): Promise<readonly Stored<Run>[]>;
  /** The same, and the ids of those that are over and wait for a decision about removals. */
  open(
    tenantId: string,
  ): Promise<{ readonly active: readonly Stored<Run>[]; readonly held: readonly string[] }>;
  /** Newest first. */
  list(tenantId: string, request: ListRequest): Promise<ListPage<Run>>;
  /**
   * Also drops the active mark where the run is over.
   * @throws RowConflict where it was changed since `tag` was read
   */
  save(run: Run, tag: string): Promise<Stored<Run>>;
  /**
   * Removes a stretch of the runs that ended before the instant (ISO 8601 UTC); those that wait for a decision about
   * removals are kept. Returns whether more may be left.
   * @throws LeaseLost
   */
  removeEndedBefore(fence: Fence, instant: string): Promise<boolean>;
}

export interface Subscriptions {
  get(tenantId: string, subscriptionId: string): Promise<Subscription | null>;
  list(tenantId: string): Promise<readonly Subscription[]>;
  put(subscription: Subscription): Promise<void>;
  remove(tenantId: string, subscriptionId: string): Promise<void>;
}

/** A row per tenant and one per consent application: a new secret replaces what was said of the old one. */
export interface SecretExpiries {
  /** @param owner a tenant id, or `ownerOfConsentSecret` */
  get(owner: string): Promise<Stored<SecretExpiry> | null>;
  /** Whatever stood there before. */
  put(expiry: SecretExpiry): Promise<void>;
  /**
   * @param tag null where none stood there
   * @throws RowConflict where it was written, or removed, since `tag` was read
   */
  save(expiry: SecretExpiry, tag: string | null): Promise<void>;
  /** Absent is no fault; answers whether it was there. */
  remove(tenantId: string): Promise<boolean>;
  /** Over all tenants and consent applications. */
  list(request: ListRequest): Promise<ListPage<SecretExpiry>>;
}
