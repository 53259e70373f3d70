import type { Attributes, DirectoryChange, OtherObjectType } from '../control-api.js';
import type { Random } from '../random.js';

const others: readonly OtherObjectType[] = ['device', 'servicePrincipal', 'orgContact'];
const chain = 6;

/**
 * Groups of a sample directory: everybody (if it is the large sample), a nesting five deep that ends in a
 * cycle, Microsoft 365, security, dynamic and mail-enabled groups, members that are no users.
 */
export function sampleGroups(
  random: Random,
  count: number,
  people: readonly string[],
  size: { readonly everybody: boolean; readonly memberships: number | undefined },
): { ids: string[]; changes: DirectoryChange[] } {
  const ids = Array.from({ length: count }, () => random.guid());
  const changes: DirectoryChange[] = ids.map((id, n) => {
    return { kind: 'createGroup', id, attributes: group(n, n === 0 && size.everybody) };
  });
  changes.push(...nesting(ids));
  const perGroup =
    size.memberships === undefined ? undefined : Math.ceil(size.memberships / Math.max(1, count));
  ids.forEach((groupId, n) => {
    const everybody = n === 0 && size.everybody;
    const members = everybody ? people : chosen(random, people, perGroup ?? 3 + random.below(25));
    for (const memberId of members) changes.push({ kind: 'addMember', groupId, memberId });
  });
  changes.push(...strangers(random, ids));
  return { ids, changes };
}

function group(n: number, everybody: boolean): Attributes {
  const displayName = everybody ? 'Everybody' : `${groupNames[n % groupNames.length] ?? ''} ${n}`;
  const mailNickname = `group${String(n).padStart(5, '0')}`;
  const mail = `${mailNickname}@groups.example`;
  switch (n % 4) {
    case 1:
      return {
        displayName,
        mailNickname,
        mail,
        groupTypes: ['Unified'],
        mailEnabled: true,
        securityEnabled: false,
        visibility: 'Private',
      };
    case 2:
      return {
        displayName,
        mailNickname,
        groupTypes: ['DynamicMembership'],
        securityEnabled: true,
        membershipRule: 'user.department -eq "Sales"',
        membershipRuleProcessingState: 'On',
      };
    case 3:
      return {
        displayName,
        mailNickname,
        mail,
        mailEnabled: true,
        securityEnabled: true,
        description: 'Mail-enabled security group',
      };
    default:
      return { displayName, mailNickname, securityEnabled: true, description: `Members of ${displayName}` };
  }
}

const groupNames = ['Équipe', 'Projekt', 'Licence', 'الفريق', 'Team "A" & B', 'VPN', 'プロジェクト'];

/** Each group of the chain holds the next; the last holds the third again. Others nest pairwise. */
function nesting(ids: readonly string[]): DirectoryChange[] {
  const changes: DirectoryChange[] = [];
  const nest = (outer: string | undefined, inner: string | undefined): void => {
    if (outer !== undefined && inner !== undefined)
      changes.push({ kind: 'addMember', groupId: outer, memberId: inner });
  };
  for (let n = 1; n < Math.min(chain, ids.length - 1); n++) nest(ids[n], ids[n + 1]);
  if (ids.length > chain) nest(ids[chain], ids[3]);
  for (let n = chain + 1; n + 3 < ids.length; n += 5) nest(ids[n], ids[n + 3]);
  return changes;
}

function strangers(random: Random, groups: readonly string[]): DirectoryChange[] {
  return others.flatMap((objectType, n): DirectoryChange[] => {
    const id = random.guid();
    const groupId = groups[(n + 2) % Math.max(1, groups.length)];
    const created: DirectoryChange = {
      kind: 'createObject',
      id,
      objectType,
      attributes: { displayName: `A ${objectType}` },
    };
    return groupId === undefined ? [created] : [created, { kind: 'addMember', groupId, memberId: id }];
  });
}

function chosen(random: Random, people: readonly string[], count: number): ReadonlySet<string> {
  const members = new Set<string>();
  const wanted = Math.min(count, people.length);
  while (members.size < wanted) members.add(random.pick(people));
  return members;
}
