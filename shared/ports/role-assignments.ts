import type { HolderChange, RoleHolder, RoleListState } from '../core/role-assignment.js';
import type { Fence, TenantScope } from './scope.js';

/**
 * Who was given which role in a directory, of the roles that setups name. Writes are idempotent and not atomic:
 * whoever calls repeats the whole after a failure. Every method may throw Unavailable or Throttled; writes also
 * LeaseLost.
 */
export interface RoleAssignments {
  /** Of these principals those that hold anything, directly. */
  holders(scope: TenantScope, principalIds: readonly string[]): Promise<Map<string, RoleHolder>>;
  /** Ids of who holds the role. After a crash some may not hold it; nobody who does is left out. */
  holdersOf(scope: TenantScope, role: string): Promise<string[]>;
  /** The groups that hold anything. What they hold, their direct members hold as well. */
  groups(scope: TenantScope): Promise<RoleHolder[]>;
  /** Brings holders from what they were to what they are. */
  write(fence: Fence, changes: readonly HolderChange[]): Promise<void>;

  /** Where the reading of each list stands, those included that no setup names any more. */
  lists(tenantId: string): Promise<readonly RoleListState[]>;
  saveList(fence: Fence, state: RoleListState): Promise<void>;
  /** Absent is no fault. */
  forgetList(fence: Fence, key: string): Promise<void>;
}
