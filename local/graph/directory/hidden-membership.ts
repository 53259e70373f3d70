import type { DirectoryObject } from './records.js';

/** The one permission that shows the members of groups with hidden membership (api/group-list-members.md). */
export const READS_HIDDEN = 'Member.Read.Hidden';

/** Whether a caller is told neither who the group's members are nor that anybody is one of them. */
export function hidesMembers(group: DirectoryObject, seesHidden: boolean): boolean {
  return !seesHidden && group.attributes['visibility'] === 'HiddenMembership';
}
