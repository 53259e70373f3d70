import type { Fence, TenantScope } from './scope.js';

/** That a user reports to a manager. */
export interface Report {
  readonly managerId: string;
  readonly reportId: string;
}

/**
 * Who reports to whom, by manager: derived from user rows while setups are started, so that people follow what
 * becomes of their manager. It may name a report who has another manager by now, never miss one whose row was
 * derived. Every method may throw Unavailable or Throttled; `enter` also LeaseLost.
 */
export interface Reports {
  enter(fence: Fence, reports: readonly Report[]): Promise<void>;
  /** Of the managers in one bucket, page by page. */
  scan(scope: TenantScope, bucket: number): AsyncIterable<readonly Report[]>;
  /** Removes what is not so any more; absent ones are no fault. @throws LeaseLost */
  leave(fence: Fence, reports: readonly Report[]): Promise<void>;
  /** Ids of the reports of these managers. */
  of(scope: TenantScope, managerIds: readonly string[]): Promise<Set<string>>;
}
