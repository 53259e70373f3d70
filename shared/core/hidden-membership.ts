import type { MirrorGroup } from './mirror-rows.js';
import type { ResourceState, Round, Warning } from './round.js';

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

/** Whether the mirror holds the memberships that groups hide; during the first reading, whether it will. */
export function holdsHidden({
  deltaLink,
  seesHidden,
  round,
}: Pick<ResourceState, 'deltaLink' | 'seesHidden'> & {
  readonly round: Pick<Round, 'seesHidden'> | null;
}): boolean {
  return deltaLink === null ? round?.seesHidden !== false : seesHidden;
}

/**
 * Whether a round that has just been completed shows that the permission was granted since the groups were last read
 * in full: nothing less brings the memberships that were hidden until then.
 */
export function wasGrantedSince(
  { kind, seesHidden }: Pick<Round, 'kind' | 'seesHidden'>,
  completed: Pick<ResourceState, 'seesHidden'>,
): boolean {
  return kind === 'increment' && seesHidden && !completed.seesHidden;
}

const MOST_NAMED = 5;

/** Warns of groups that setups name and whose members the application may not read; none if there are none. */
export function hiddenWarnings(groupIds: readonly string[]): readonly Warning[] {
  const distinct = [...new Set(groupIds)].sort();
  const count = distinct.length;
  if (count === 0) return [];
  const rest = count > MOST_NAMED ? ` and ${count - MOST_NAMED} more` : '';
  const which = distinct.slice(0, MOST_NAMED).join(', ');
  const message = `Groups that setups name hide their members, and the application may not read them: ${which}${rest}. Nobody is added or removed because they look empty. Grant the application ${READS_HIDDEN} (type Application) with admin consent.`;
  return [{ code: 'GroupHidden', message, count }];
}
