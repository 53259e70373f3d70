import {
  holderChanges,
  holdersIn,
  isRoleListDue,
  roleListKey,
  rolesIn,
  type HolderChange,
  type RoleHolder,
  type RoleList,
  type RoleListState,
} from '../../core/role-assignment.js';
import { roleWarnings, type UnreadRoleList } from '../../core/role-warnings.js';
import type { Warning } from '../../core/round.js';
import type { RoleAssignments } from '../../ports/role-assignments.js';
import type { Fence } from '../../ports/scope.js';
import { readRoleList, type RoleListReading } from './read-role-list.js';

/** What a refresh works with; of a `Session` all but the directory, the store and the mark. */
export interface RoleRefreshing extends RoleListReading {
  readonly roleAssignments: RoleAssignments;
  /** Makes durable that people are to be derived anew, before anything of them is written. */
  readonly mark: (changed: ChangedHolders) => Promise<void>;
  readonly fence: Fence;
  /** ISO 8601 UTC. */
  now(): string;
}

/** Principals whose roles change. Of a group, its direct members are concerned. */
export interface ChangedHolders {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

export interface RoleRefreshWish {
  /** The lists that started setups name. */
  readonly lists: readonly RoleList[];
  /** The lists that any setup of the tenant names, whatever its state: roles of others are forgotten. */
  readonly named: readonly RoleList[];
  /** Asks for each of them, however short ago it was asked for. */
  readonly atOnce: boolean;
}

/**
 * Reads the lists that are due and brings the mirrored roles in line. A list counts only once it was read to its
 * end: one that is refused (403) or whose service principal or role is gone (404) changes nobody's roles, and one that
 * Graph cut off only adds to them. A warning says so, and the list's state, which decides the readiness of setups.
 *
 * One list is held in memory at a time, about 150 bytes a holder.
 *
 * @throws Throttled, Unavailable, BadPage, CredentialRefused as the directory does; what was written is right
 */
export async function refreshRoleAssignments(
  work: RoleRefreshing,
  wish: RoleRefreshWish,
): Promise<readonly Warning[]> {
  const stored = await work.roleAssignments.lists(work.fence.tenantId);
  const states = new Map(stored.map((state) => [state.key, state]));
  await forgetOthers(work, [...wish.lists, ...wish.named], stored);
  const unread: UnreadRoleList[] = [];
  for (const list of wish.lists) {
    const state = states.get(roleListKey(list));
    const due = wish.atOnce || isRoleListDue(list, state, Date.parse(work.now()));
    const outcome = due ? await refresh(work, list, state) : (state?.outcome ?? 'read');
    if (outcome !== 'read') unread.push({ list, outcome });
  }
  return roleWarnings(unread);
}

async function refresh(
  work: RoleRefreshing,
  list: RoleList,
  state: RoleListState | undefined,
): Promise<RoleListState['outcome']> {
  const askedAt = work.now();
  const { outcome, listed } = await readRoleList(work, list);
  const key = roleListKey(list);
  const { roles: before = [], readAt = null } = state ?? {};
  const roles = rolesIn(list);
  const save = (change: Pick<RoleListState, 'roles' | 'readAt'>): Promise<void> =>
    work.roleAssignments.saveList(work.fence, { key, askedAt, outcome, ...change });
  switch (outcome) {
    case 'refused':
    case 'missing':
      await save({ roles: before, readAt });
      break;
    case 'incomplete':
      await bringInLine(work, holdersIn(list, listed), roles, 'addOnly');
      await save({ roles: [...new Set([...before, ...roles])], readAt });
      break;
    case 'read': {
      const noLonger = before.filter((role) => !roles.includes(role));
      await bringInLine(work, holdersIn(list, listed), [...roles, ...noLonger]);
      await save({ roles, readAt: askedAt });
      break;
    }
  }
  return outcome;
}

/** Marks, then rows: who is stored under one of the roles, or listed, and differs. */
async function bringInLine(
  work: RoleRefreshing,
  listed: ReadonlyMap<string, RoleHolder>,
  roles: readonly string[],
  how: 'all' | 'addOnly' = 'all',
): Promise<void> {
  const { roleAssignments, fence } = work;
  const ids = new Set(listed.keys());
  for (const role of roles) for (const id of await roleAssignments.holdersOf(fence, role)) ids.add(id);
  const stored = await roleAssignments.holders(fence, [...ids]);
  const changes = holderChanges(stored, listed, roles).filter(
    ({ after }) => how === 'all' || (after !== null && listed.has(after.principalId)),
  );
  if (changes.length === 0) return;
  await work.mark({ users: idsOf(changes, 'user'), groups: idsOf(changes, 'group') });
  await roleAssignments.write(fence, changes);
}

function idsOf(changes: readonly HolderChange[], type: 'user' | 'group'): string[] {
  return changes.flatMap(({ before, after }) => {
    const holder = after ?? before;
    return holder?.principalType === type ? [holder.principalId] : [];
  });
}

/** No setup looks at these any more, not even one that is paused: nobody is derived again. */
async function forgetOthers(
  work: RoleRefreshing,
  lists: readonly RoleList[],
  stored: readonly RoleListState[],
): Promise<void> {
  const named = new Set(lists.map(roleListKey));
  for (const { key, roles } of stored) {
    if (named.has(key)) continue;
    await bringInLine(work, new Map(), roles);
    await work.roleAssignments.forgetList(work.fence, key);
  }
}
