/** What a setup-less sync reads of a user; the contract's list, spelled again so that it is checked. */
export const comparedUserAttributes = [
  ...['accountEnabled', 'displayName', 'givenName', 'surname', 'mail', 'userPrincipalName', 'userType'],
  ...['mailNickname', 'jobTitle', 'department', 'companyName', 'officeLocation', 'mobilePhone'],
  ...['businessPhones', 'preferredLanguage', 'employeeId', 'country'],
] as const;

export const comparedGroupAttributes = [
  ...['displayName', 'mail', 'mailNickname', 'mailEnabled', 'securityEnabled', 'groupTypes'],
] as const;

/** Attributes by name; every compared one is present, null where it has no value. */
export type ComparedAttributes = Readonly<Record<string, unknown>>;

/** A directory as one side sees it, in the form in which sides are compared. */
export interface DirectoryPicture {
  /** Live users: their attributes, and `manager` as the manager's id or null. */
  readonly users: ReadonlyMap<string, ComparedAttributes>;
  readonly deletedUsers: ReadonlySet<string>;
  /** Live groups: their attributes, and `peopleCount`. */
  readonly groups: ReadonlyMap<string, ComparedAttributes>;
  /** The type of each effective direct member, by {@link membershipKey}. */
  readonly memberships: ReadonlyMap<string, string>;
}

export function membershipKey(groupId: string, memberId: string): string {
  return `${groupId} ${memberId}`;
}

/** Picks the compared attributes of an object as Graph prints it; what is absent is null. */
export function pickAttributes(
  names: readonly string[],
  from: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
}

/** `#microsoft.graph.user` as `user`. */
export function memberTypeOf(odataType: string): string {
  return odataType.replace('#microsoft.graph.', '');
}

/**
 * The distinct live users of every group, directly or through live groups, cycles included, worked out from
 * the direct memberships alone.
 */
export function countPeople(
  users: ReadonlySet<string>,
  groups: ReadonlySet<string>,
  memberships: Iterable<string>,
): Map<string, number> {
  const members = new Map<string, string[]>([...groups].map((id) => [id, []]));
  for (const key of memberships) {
    const [groupId = '', memberId = ''] = key.split(' ');
    members.get(groupId)?.push(memberId);
  }
  const countOf = (group: string): number => {
    const seen = new Set<string>([group]);
    const open = [group];
    let people = 0;
    for (let current = open.pop(); current !== undefined; current = open.pop()) {
      for (const member of members.get(current) ?? []) {
        if (seen.has(member)) continue;
        seen.add(member);
        if (users.has(member)) people += 1;
        else if (groups.has(member)) open.push(member);
      }
    }
    return people;
  };
  return new Map([...groups].map((group) => [group, countOf(group)]));
}
