import type { HiddenUser } from '../core/hidden-users.js';
import type { Fence, TenantScope } from './scope.js';

/** Since when soft-deleted users are hidden, beside the index that finds them. */
export interface HiddenUsers {
  /** Page by page; an entry may be of a user who is not hidden any more. */
  scan(scope: TenantScope): AsyncIterable<readonly HiddenUser[]>;
  /** Of users whose entries were just scanned under the same lease. @throws LeaseLost, Unavailable, Throttled */
  save(fence: Fence, users: readonly HiddenUser[]): Promise<void>;
}
