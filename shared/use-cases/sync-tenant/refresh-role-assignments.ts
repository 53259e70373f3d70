import { AccessRefused, NotFound } from '../../core/failures.js';
import {
  holderChanges,
  holdersIn,
  isRoleListDue,
  roleListKey,
  rolesIn,
  type HolderChange,
  type ListedRole,
  type RoleHolder,
  type RoleList,
  type RoleListState,
} from '../../core/role-assignment.js';
import { roleWarnings, type UnreadRoleList } from '../../core/role-warnings.js';
import type { Warning } from '../../core/round.js';
import type { Connection, Directory, ListedPage } from '../../ports/directory.js';
import type { RoleAssignments } from '../../ports/role-assignments.js';
import type { Fence } from '../../ports/scope.js';

/** What a refresh works with; of a `Session` the latter four. */
export interface RoleRefreshing {
  readonly directory: Pick<Directory, 'appRoleAssignments' | 'directoryRoleMembers'>;
  readonly roleAssignments: RoleAssignments;
  /** Makes durable that people are to be derived anew, before anything of them is written. */
  readonly mark: (changed: ChangedHolders) => Promise<void>;
  readonly connection: Connection;
  readonly fence: Fence;
  /** ISO 8601 UTC. */
  now(): string;
  pages<Item>(read: (link: string | null) => Promise<ListedPage<Item>>): AsyncIterable<readonly Item[]>;
}

/** Principals whose roles change. Of a group, its direct members are concerned. */
export interface ChangedHolders {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

export interface RoleRefreshWish {
  /** Every list that a setup of the tenant names; roles of others are forgotten. */
  readonly lists: readonly RoleList[];
  /** Asks for each of them, however short ago it was asked for. */
  readonly atOnce: boolean;
}

/**
 * Reads the lists that are due and brings the mirrored roles in line. A list counts only once it was read to its
 * end: one that is refused (403) or whose service principal or role is gone (404) changes nobody's roles, it is
 * said by a warning and in the list's state, which the readiness of setups goes by.
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
  await forgetOthers(work, wish.lists, stored);
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
  const listed = await readList(work, list);
  const key = roleListKey(list);
  if (typeof listed === 'string') {
    const { roles = [], readAt = null } = state ?? {};
    await work.roleAssignments.saveList(work.fence, { key, roles, readAt, askedAt, outcome: listed });
    return listed;
  }
  const roles = rolesIn(list);
  const noLonger = (state?.roles ?? []).filter((role) => !roles.includes(role));
  await bringInLine(work, holdersIn(list, listed), [...roles, ...noLonger]);
  await work.roleAssignments.saveList(work.fence, { key, roles, readAt: askedAt, askedAt, outcome: 'read' });
  return 'read';
}

async function readList(work: RoleRefreshing, list: RoleList): Promise<ListedRole[] | 'refused' | 'missing'> {
  const { directory, connection } = work;
  const listed: ListedRole[] = [];
  const pages = work.pages((link) =>
    list.kind === 'appRoles'
      ? directory.appRoleAssignments(connection, list.servicePrincipalId, link)
      : directory.directoryRoleMembers(connection, list.directoryRole, link),
  );
  try {
    for await (const page of pages) listed.push(...page);
  } catch (failure) {
    if (failure instanceof AccessRefused && failure.status === 403) return 'refused';
    if (failure instanceof NotFound) return 'missing';
    throw failure;
  }
  return listed;
}

/** Marks, then rows: who is stored under one of the roles, or listed, and differs. */
async function bringInLine(
  work: RoleRefreshing,
  listed: ReadonlyMap<string, RoleHolder>,
  roles: readonly string[],
): Promise<void> {
  const { roleAssignments, fence } = work;
  const ids = new Set(listed.keys());
  for (const role of roles) for (const id of await roleAssignments.holdersOf(fence, role)) ids.add(id);
  const stored = await roleAssignments.holders(fence, [...ids]);
  const changes = holderChanges(stored, listed, roles);
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

/** No setup looks at these any more, so nobody is derived anew. */
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
