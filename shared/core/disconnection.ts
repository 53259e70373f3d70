/** What became of the tenant's secrets in the vault. */
export interface SecretRemoval {
  /** pending: not reached yet; deleted: in the vault's deleted ones; none: there was none. */
  readonly state: 'pending' | 'deleted' | 'none';
  /** When the vault purges it for good, ISO 8601 UTC; null where it keeps nothing. Of several the latest. */
  readonly scheduledPurgeDate: string | null;
}

/**
 * What the removal of a tenant does, in this order. After `waiting` it ends subscriptions and removes rows a second time:
 * what was written since then.
 * - queued: its job has not begun
 * - waiting: for writers that saw the tenant before it was disconnecting
 * - removingTenant: the tenant's own row, and what was written up to then
 * - proving: every table is read for the tenant's id
 */
export type DisconnectionStage =
  | 'queued'
  | 'endingSubscriptions'
  | 'removingRows'
  | 'waiting'
  | 'removingSecrets'
  | 'removingTenant'
  | 'proving';

/** Something that could not be done and did not stop the rest. */
export interface DisconnectionWarning {
  readonly code: 'SubscriptionsNotEnded';
  readonly message: string;
}

/**
 * The removal of everything that belongs to a tenant, as an operation that can be read after the tenant itself is
 * gone. Holds counts and instants only: no name, no person.
 */
export interface Disconnection {
  readonly tenantId: string;
  readonly status: 'Running' | 'Succeeded' | 'Failed';
  /** Of one that failed, the stage that it failed in. Null once it succeeded, and in rows of earlier versions. */
  readonly stage: DisconnectionStage | null;
  /** Until when the stage `waiting` lasts, ISO 8601 UTC; null in every other. */
  readonly waitsUntil: string | null;
  /** Since when the tenant is disconnecting, ISO 8601 UTC; tells one disconnection of a tenant from the next. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Rows removed so far, by table. What a host removed right before it died may be missing. */
  readonly removed: Readonly<Record<string, number>>;
  /** Graph subscriptions ended. */
  readonly subscriptionsEnded: number;
  readonly secret: SecretRemoval;
  readonly warnings: readonly DisconnectionWarning[];
  /** Why it failed; null otherwise. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /**
   * Fingerprint of the token by which the administrator who asked for it follows it: no session outlives the tenant.
   * Null if an operator asked, and in rows of earlier versions.
   */
  readonly watchHash: string | null;
}

/** Operations are kept so long after their end. */
const KEPT_MS = 30 * 24 * 60 * 60_000;

export function beginningDisconnection(tenantId: string, startedAt: string): Disconnection {
  return {
    tenantId,
    status: 'Running',
    stage: 'queued',
    waitsUntil: null,
    startedAt,
    endedAt: null,
    removed: {},
    subscriptionsEnded: 0,
    secret: { state: 'pending', scheduledPurgeDate: null },
    warnings: [],
    error: null,
    watchHash: null,
  };
}

/** Going on after it had failed; what was removed stays counted. */
export function retriedDisconnection(failed: Disconnection): Disconnection {
  return { ...failed, status: 'Running', endedAt: null, error: null };
}

/** The same operation if it is in that stage already. */
export function inStage(
  before: Disconnection,
  stage: DisconnectionStage,
  waitsUntil: string | null = null,
): Disconnection {
  if (before.stage === stage && before.waitsUntil === waitsUntil) return before;
  return { ...before, stage, waitsUntil };
}

/** It succeeded, and is in no stage any more. */
export function succeededDisconnection(before: Disconnection, endedAt: string): Disconnection {
  return { ...before, status: 'Succeeded', stage: null, waitsUntil: null, endedAt };
}

/** Of all tables together. */
export function rowsRemoved({ removed }: Disconnection): number {
  return Object.values(removed).reduce((sum, rows) => sum + rows, 0);
}

export function withRemoved(before: Disconnection, table: string, rows: number): Disconnection {
  if (rows === 0) return before;
  return { ...before, removed: { ...before.removed, [table]: (before.removed[table] ?? 0) + rows } };
}

/** Each warning once. */
export function withWarning(before: Disconnection, warning: DisconnectionWarning): Disconnection {
  if (before.warnings.some(({ message }) => message === warning.message)) return before;
  return { ...before, warnings: [...before.warnings, warning] };
}

/** Of several secrets the latest date counts: then nothing is left. */
export function withSecretDeleted(before: Disconnection, scheduledPurgeDate: string | null): Disconnection {
  const dates = [before.secret.scheduledPurgeDate, scheduledPurgeDate].filter((date) => date !== null);
  const latest = dates.toSorted().at(-1) ?? null;
  return { ...before, secret: { state: 'deleted', scheduledPurgeDate: latest } };
}

/** @param now epoch milliseconds */
export function isForgettable(operation: Disconnection, now: number): boolean {
  return operation.endedAt !== null && now - Date.parse(operation.endedAt) >= KEPT_MS;
}
