import type { DirectoryPicture } from '../comparison/directory-picture.js';
import type { PersonRow } from './people-rows.js';

/** Of a setup's document what decides who is in, what they are called, and what groups give. */
export interface ReckonedSetup {
  readonly id: string;
  readonly scope: {
    readonly kind: 'directory' | 'rootGroup' | 'groups';
    readonly groupIds: readonly string[];
    readonly excludeGroupIds: readonly string[];
    readonly includeDisabled: boolean;
    readonly includeGuests: boolean;
    readonly filter: string | null;
  };
  readonly attributes: { readonly mailFallback: string | null; readonly connection: unknown };
  readonly create: boolean;
  readonly grants: readonly {
    readonly source: { readonly group?: string };
    readonly roles: readonly string[];
  }[];
  readonly segments: { readonly fromGroups: string; readonly groupIds: readonly string[] };
}

/** Whether who is in can be told without the product's language of conditions and its matching. */
export function canBeReckoned({ scope, attributes, create }: ReckonedSetup): boolean {
  return scope.filter === null && attributes.connection === null && create;
}

/**
 * Every difference between the people of a setup and who should be, in words: worked out from the directory alone, by
 * code that knows nothing of the product's.
 */
export function peopleDifferences(
  setup: ReckonedSetup,
  directory: DirectoryPicture,
  rows: readonly PersonRow[],
): string[] {
  const members = new Members(directory);
  const people = new Map(
    rows
      .filter((row) => row.setupId === setup.id && row.status === 'active' && row.statusReason === 'inScope')
      .map((row) => [row.directoryId, row]),
  );
  const wanted = idsInScope(setup, directory, members);
  const differences = [...people.keys()]
    .filter((id) => !wanted.has(id))
    .map((id) => `person ${id} of ${setup.id} should not be there`);
  for (const id of wanted) {
    const row = people.get(id);
    if (row === undefined) differences.push(`person ${id} of ${setup.id} is missing`);
    else differences.push(...rowDifferences(setup, directory, members, row));
  }
  return differences;
}

function idsInScope(
  { scope }: ReckonedSetup,
  { users }: DirectoryPicture,
  members: Members,
): ReadonlySet<string> {
  const { kind, groupIds, excludeGroupIds, includeDisabled, includeGuests } = scope;
  const named = kind === 'directory' ? new Set(users.keys()) : members.of(groupIds);
  const excluded = members.of(excludeGroupIds);
  const isIn = (id: string): boolean => {
    const user = users.get(id);
    if (user === undefined || excluded.has(id)) return false;
    if (user['accountEnabled'] === false && !includeDisabled) return false;
    return user['userType'] !== 'Guest' || includeGuests;
  };
  return new Set([...named].filter(isIn));
}

function rowDifferences(
  { id: setupId, attributes, grants, segments }: ReckonedSetup,
  { users }: DirectoryPicture,
  members: Members,
  row: PersonRow,
): string[] {
  const user = users.get(row.directoryId) ?? {};
  const name = String(user['userPrincipalName']);
  const fallback = attributes.mailFallback !== null && !name.includes('#EXT#') ? name : null;
  const roles = grants.flatMap(({ source, roles: given }) =>
    source.group !== undefined && members.of([source.group]).has(row.directoryId) ? given : [],
  );
  const audiences = segments.fromGroups === 'listed' ? segments.groupIds : [];
  const inAudiences = audiences.filter((group) => members.of([group]).has(row.directoryId));
  const groupSegments = row.segments.filter((segment) => segment.startsWith('group:'));
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['displayName', row.displayName, user['displayName']],
    ['mail', row.mail, user['mail'] ?? fallback],
    ['roles by groups', roles.filter((role) => row.roles.includes(role)), roles],
    ['segments of groups', groupSegments.sort(), inAudiences.map((group) => `group:${group}`).sort()],
  ];
  return pairs
    .map(([what, is, should]) => [what, JSON.stringify(is), JSON.stringify(should)] as const)
    .filter(([, is, should]) => is !== should)
    .map(
      ([what, is, should]) =>
        `person ${row.directoryId} of ${setupId}: ${what} is ${is} and should be ${should}`,
    );
}

/** Who is in a group, directly or through live groups. */
class Members {
  readonly #direct = new Map<string, string[]>();
  readonly #known = new Map<string, ReadonlySet<string>>();

  constructor(private readonly directory: DirectoryPicture) {
    for (const key of directory.memberships.keys()) {
      const [groupId = '', memberId = ''] = key.split(' ');
      const known = this.#direct.get(groupId);
      if (known === undefined) this.#direct.set(groupId, [memberId]);
      else known.push(memberId);
    }
  }

  of(groupIds: readonly string[]): ReadonlySet<string> {
    const key = groupIds.join(' ');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const met = new Set(groupIds.filter((id) => this.directory.groups.has(id)));
    for (const id of met) {
      if (!this.directory.groups.has(id)) continue;
      for (const member of this.#direct.get(id) ?? []) met.add(member);
    }
    const users = new Set([...met].filter((id) => this.directory.users.has(id)));
    this.#known.set(key, users);
    return users;
  }
}
