import type { TruthRow } from '../../graph/control-truth.js';
import {
  comparedGroupAttributes,
  comparedUserAttributes,
  membershipKey,
  pickAttributes,
  type ComparedAttributes,
  type DirectoryPicture,
} from './directory-picture.js';

/** The picture of a directory by the emulator's truth; soft-deleted groups are seen by nobody. */
export async function readTruthPicture(rows: AsyncIterable<TruthRow>): Promise<DirectoryPicture> {
  const users = new Map<string, ComparedAttributes>();
  const deletedUsers = new Set<string>();
  const groups = new Map<string, ComparedAttributes>();
  const memberships = new Map<string, string>();
  for await (const row of rows) {
    switch (row.kind) {
      case 'user':
        users.set(row.id, {
          ...pickAttributes(comparedUserAttributes, row.attributes),
          manager: row.managerId,
        });
        break;
      case 'softDeletedUser':
        deletedUsers.add(row.id);
        break;
      case 'group':
        groups.set(row.id, {
          ...pickAttributes(comparedGroupAttributes, row.attributes),
          peopleCount: row.transitiveUserCount,
        });
        break;
      case 'softDeletedGroup':
        break;
      case 'membership':
        if (row.effective) memberships.set(membershipKey(row.groupId, row.memberId), row.memberType);
        break;
    }
  }
  return { users, deletedUsers, groups, memberships };
}
