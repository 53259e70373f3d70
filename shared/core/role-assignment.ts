import type { MemberType } from './mirror-rows.js';

/** A list of Graph by which roles are read: who has app roles of a service principal, or one directory role. */
export type RoleList =
  | { readonly kind: 'appRoles'; readonly servicePrincipalId: string; readonly appRoleIds: readonly string[] }
  /** Id of the role, or of its template; `Setup` names it so, and so do the facts. */
  | { readonly kind: 'directoryRole'; readonly directoryRole: string };

/** An entry of such a list. `appRoleId` is null in the list of a directory role. */
export interface ListedRole {
  readonly principalId: string;
  readonly principalType: MemberType;
  readonly appRoleId: string | null;
}

/** All that is mirrored of the roles of one principal, directly its own; those of a group are not its members'. */
export interface RoleHolder {
  readonly principalId: string;
  readonly principalType: MemberType;
  /** `{servicePrincipalId}/{appRoleId}`, or the directory role as a setup names it; sorted, at least one. */
  readonly roles: readonly string[];
}

/** Where the reading of one list stands. */
export interface RoleListState {
  /** Of `roleListKey`. */
  readonly key: string;
  /** The roles that were mirrored when it was last read to its end; empty before. */
  readonly roles: readonly string[];
  /** ISO 8601 UTC: last read to its end; null before. */
  readonly readAt: string | null;
  /** ISO 8601 UTC: last asked, whatever came of it. */
  readonly askedAt: string;
  /**
   * What the last asking came to. refused: 403, a permission is missing; missing: 404, there is no such service
   * principal or role; incomplete: Graph cut the list, and did not let its rest be read either. In all three what was
   * read before is kept.
   */
  readonly outcome: 'read' | 'refused' | 'missing' | 'incomplete';
}

export interface HolderChange {
  readonly before: RoleHolder | null;
  readonly after: RoleHolder | null;
}

/** A list is asked for again after so long, unless somebody wants it at once. */
const ROLE_LIST_AGE_MS = 10 * 60_000;

/** Of roles as setups name them, each list once. */
export function roleListsOf(named: {
  readonly appRoles: Iterable<string>;
  readonly directoryRoles: Iterable<string>;
}): readonly RoleList[] {
  const byPrincipal = new Map<string, Set<string>>();
  for (const appRole of named.appRoles) {
    const [servicePrincipalId = '', appRoleId = ''] = appRole.split('/');
    const roles = byPrincipal.get(servicePrincipalId) ?? new Set();
    byPrincipal.set(servicePrincipalId, roles.add(appRoleId));
  }
  return [
    ...[...byPrincipal].map(([servicePrincipalId, roles]) => {
      return { kind: 'appRoles' as const, servicePrincipalId, appRoleIds: [...roles].sort() };
    }),
    ...[...new Set(named.directoryRoles)].map((directoryRole) => {
      return { kind: 'directoryRole' as const, directoryRole };
    }),
  ];
}

export function roleListKey(list: RoleList): string {
  return list.kind === 'appRoles'
    ? `appRoles ${list.servicePrincipalId}`
    : `directoryRole ${list.directoryRole}`;
}

/** The roles that are mirrored of a list, as facts name them. */
export function rolesIn(list: RoleList): readonly string[] {
  return list.kind === 'appRoles'
    ? list.appRoleIds.map((appRoleId) => `${list.servicePrincipalId}/${appRoleId}`)
    : [list.directoryRole];
}

/** Whether all of its roles were read to the end at some time: only then does a missing holder mean anything. */
export function isRoleListRead(list: RoleList, state: RoleListState | undefined): boolean {
  return state?.readAt != null && rolesIn(list).every((role) => state.roles.includes(role));
}

/** @param now epoch milliseconds */
export function isRoleListDue(list: RoleList, state: RoleListState | undefined, now: number): boolean {
  if (state === undefined || now - Date.parse(state.askedAt) >= ROLE_LIST_AGE_MS) return true;
  return state.outcome === 'read' && !isRoleListRead(list, state);
}

/** Who holds which of the list's roles, by what Graph listed; app roles that no setup names are left out. */
export function holdersIn(list: RoleList, listed: readonly ListedRole[]): ReadonlyMap<string, RoleHolder> {
  // GUIDs come in small letters from Graph, and as somebody typed them from setups.
  const wanted = new Map(rolesIn(list).map((role) => [role.toLowerCase(), role]));
  const found = new Map<string, { readonly principalType: MemberType; readonly roles: Set<string> }>();
  for (const { principalId, principalType, appRoleId } of listed) {
    const named =
      list.kind === 'appRoles' ? `${list.servicePrincipalId}/${appRoleId ?? ''}` : list.directoryRole;
    const role = wanted.get(named.toLowerCase());
    if (role === undefined) continue;
    const holder = found.get(principalId) ?? { principalType, roles: new Set() };
    holder.roles.add(role);
    found.set(principalId, holder);
  }
  return new Map(
    [...found].map(([principalId, { principalType, roles }]) => {
      return [principalId, { principalId, principalType, roles: [...roles].sort() }];
    }),
  );
}

/**
 * What must be written so that the stored holders say of these roles what was listed, and of all others what they
 * said. Holders that stay as they are are left out.
 */
export function holderChanges(
  stored: ReadonlyMap<string, RoleHolder>,
  listed: ReadonlyMap<string, RoleHolder>,
  roles: readonly string[],
): readonly HolderChange[] {
  const changes: HolderChange[] = [];
  for (const principalId of new Set([...stored.keys(), ...listed.keys()])) {
    const before = stored.get(principalId) ?? null;
    const now = listed.get(principalId);
    const kept = (before?.roles ?? []).filter((role) => !roles.includes(role));
    const held = [...new Set([...kept, ...(now?.roles ?? [])])].sort();
    const principalType = now?.principalType ?? before?.principalType ?? 'directoryObject';
    const after = held.length === 0 ? null : { principalId, principalType, roles: held };
    if (!sameHolder(before, after)) changes.push({ before, after });
  }
  return changes;
}

function sameHolder(a: RoleHolder | null, b: RoleHolder | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.principalType === b.principalType &&
    a.roles.length === b.roles.length &&
    a.roles.every((role, index) => role === b.roles[index])
  );
}
