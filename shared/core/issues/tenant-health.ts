import type { Resource } from '../resource.js';
import type { FailingWork } from './failing-work.js';
import type { SubscriptionObstacle, ToldCode, ToldIssue } from './tenant-issue.js';

/** When the secret of a tenant ends, as its row of the expiries says. */
export interface RecordedSecret {
  /** By these it is known whether it is still the one in use. */
  readonly secretName: string;
  readonly secretVersion: string | null;
  /** ISO 8601 UTC, the earliest that anybody named; null if nobody did. */
  readonly expiresOn: string | null;
  /** When the login service first refused it as expired, ISO 8601 UTC; null if it did not. */
  readonly refusedAt: string | null;
}

/** Of a started setup. */
interface OfSetup {
  readonly setupId: string;
  readonly designation: string;
  readonly count: number;
  /** ISO 8601 UTC. */
  readonly since: string;
}

/** A setup that is not started and that somebody would start next. */
export interface WaitingSetup {
  readonly setupId: string;
  readonly designation: string;
  readonly state: 'saved' | 'paused';
}

/**
 * What jobs, timers and API calls found out last about a tenant. Each part is written as a whole by whoever knows it,
 * from what the tables say, so that a part that a crash left behind is corrected by the next job or timer. It lies on
 * the tenant's row: a list of tenants shows every issue without another read.
 */
export interface TenantHealth {
  /** Null while nothing is recorded of the secret in use. */
  readonly secret: RecordedSecret | null;
  readonly failing: readonly FailingWork[];
  /** Removals that the guard holds, by setup; at most `MOST_SETUPS`, the most first. */
  readonly held: readonly OfSetup[];
  readonly deadLetters: { readonly count: number; readonly since: string } | null;
  /** Started setups that need attention; at most `MOST_SETUPS`. */
  readonly attention: readonly (OfSetup & { readonly first: string })[];
  readonly noSubscriptions: { readonly obstacle: SubscriptionObstacle; readonly since: string } | null;
  readonly silent: { readonly resources: readonly Resource[]; readonly since: string } | null;
  readonly waitingSetup: WaitingSetup | null;
  /** Of a version before this one. */
  readonly told: readonly ToldIssue[];
}

export const NOTHING_FOUND: TenantHealth = {
  secret: null,
  failing: [],
  held: [],
  deadLetters: null,
  attention: [],
  noSubscriptions: null,
  silent: null,
  waitingSetup: null,
  told: [],
};

/** So many setups of a tenant are recorded with what they need. */
export const MOST_SETUPS = 100;

/** What is recorded in place of the sentences of versions before this one. */
const REPLACES: Readonly<Partial<Record<keyof TenantHealth, readonly ToldCode[]>>> = {
  secret: ['secretExpiring', 'secretExpired'],
  attention: ['setupAttention'],
  noSubscriptions: ['noSubscriptions'],
  silent: ['notificationsSilent'],
};

/** Returns the tenant with these parts of its health as they were just found; the same object if nothing changes. */
export function withHealth<Tenant extends { readonly health: TenantHealth }>(
  tenant: Tenant,
  found: Partial<Omit<TenantHealth, 'told'>>,
): Tenant {
  const { health } = tenant;
  const replaced = (Object.keys(found) as (keyof TenantHealth)[]).flatMap((part) => REPLACES[part] ?? []);
  const told = health.told.filter(({ code }) => !replaced.includes(code));
  const next: TenantHealth = { ...health, ...found, told };
  return JSON.stringify(next) === JSON.stringify(health) ? tenant : { ...tenant, health: next };
}

/** When something that is found now began: with the record of it, if there is one. @param at ISO 8601 UTC */
export function sinceOf(recorded: { readonly since: string } | null | undefined, at: string): string {
  return recorded?.since ?? at;
}
