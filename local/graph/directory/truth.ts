import type {
  Attributes,
  DirectoryTruth,
  TruthGroup,
  TruthMembership,
  TruthRow,
  TruthUser,
} from '../control-api.js';
import { groupAttributes, unsetValue, userAttributes } from './attributes.js';
import type { DirectoryState } from './directory-state.js';
import type { DirectoryObject } from './records.js';
import { transitiveUserCount } from './transitive.js';

/** The directory's present state row by row. */
export function* truthRows(state: DirectoryState): Generator<TruthRow> {
  for (const user of state.users.order) {
    if (user.state === 'softDeleted') yield { kind: 'softDeletedUser', id: user.id };
    if (user.state !== 'live') continue;
    const managerId = user.manager?.id ?? null;
    yield { kind: 'user', id: user.id, attributes: stored(user, userAttributes), managerId };
  }
  for (const group of state.groups.order) {
    if (group.state === 'softDeleted') yield { kind: 'softDeletedGroup', id: group.id };
    if (group.state === 'live') {
      const attributes = stored(group, groupAttributes);
      yield { kind: 'group', id: group.id, attributes, transitiveUserCount: transitiveUserCount(group) };
    }
    yield* memberships(group);
  }
}

function* memberships(group: DirectoryObject): Generator<TruthRow> {
  for (const { present, member } of group.edges?.byMember.values() ?? []) {
    if (!present) continue;
    const effective = group.state === 'live' && member.state === 'live';
    yield { kind: 'membership', groupId: group.id, memberId: member.id, memberType: member.type, effective };
  }
}

function stored(object: DirectoryObject, names: readonly string[]): Attributes {
  const unset = Object.fromEntries(names.map((name) => [name, unsetValue(name)]));
  return { ...unset, ...object.attributes };
}

/** Gathers the rows. */
export async function gatherTruth(
  tenantId: string,
  rows: AsyncIterable<TruthRow> | Iterable<TruthRow>,
): Promise<DirectoryTruth> {
  const users: TruthUser[] = [];
  const softDeletedUserIds: string[] = [];
  const groups: TruthGroup[] = [];
  const softDeletedGroupIds: string[] = [];
  const memberships: TruthMembership[] = [];
  for await (const { kind, ...row } of rows) {
    if (kind === 'user') users.push(row as TruthUser);
    else if (kind === 'group') groups.push(row as TruthGroup);
    else if (kind === 'membership') memberships.push(row as TruthMembership);
    else if (kind === 'softDeletedUser') softDeletedUserIds.push((row as { id: string }).id);
    else softDeletedGroupIds.push((row as { id: string }).id);
  }
  return { tenantId, users, softDeletedUserIds, groups, softDeletedGroupIds, memberships };
}
