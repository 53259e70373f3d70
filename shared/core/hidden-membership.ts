import type { MirrorGroup } from './mirror-rows.js';

/**
 * The application permission that shows the members of groups with hidden membership; no wider one does as well.
 * Source: https://learn.microsoft.com/graph/api/group-list-members
 */
export const READS_HIDDEN = 'Member.Read.Hidden';

/**
 * Returns whether Graph shows the group's members only with that permission. Without it the group looks empty: nothing
 * that was read of its members says that somebody is not one.
 */
export function hidesMembers(group: Pick<MirrorGroup, 'attributes'> | undefined): boolean {
  return group?.attributes['visibility'] === 'HiddenMembership';
}
