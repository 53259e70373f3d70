import type { ResourceState } from './round.js';
import { attributesMissing } from './selection.js';

/**
 * How far the mirror carries a setup.
 * waiting: what could exclude people, or the members of a group that came to be needed, was not read yet, so nobody is
 * derived, and everybody stays as they are.
 * partial: the first reading is under way: people may come and get more, and nobody goes.
 * complete: everything was read once, so that absence means something.
 */
export type Readiness = 'waiting' | 'partial' | 'complete';

/** What a setup needs to have been read. */
export interface ReadingNeeds {
  /** Of users, as Graph selects them. */
  readonly attributes: readonly string[];
  /** Whether groups can exclude people. */
  readonly excludes: boolean;
  /** Whether conditions look at managers: one who is not read yet is as if there were none, which may admit people. */
  readonly managerDecides: boolean;
  /** Whether the members of the groups that it names were read: of a tenant that reads those of needed groups alone. */
  readonly membersRead: boolean;
  /** Whether app roles or directory roles that it names were all read once. */
  readonly roleAssignmentsRead: boolean;
}

type States = Readonly<Record<'users' | 'groups', Pick<ResourceState, 'attributes' | 'deltaLink' | 'round'>>>;

/** Invariant 14: nobody is published before every group that could exclude them, and every attribute, is read. */
export function readinessOf(needs: ReadingNeeds, { users, groups }: States): Readiness {
  if (!attributesKnown(users, needs.attributes)) return 'waiting';
  if (needs.managerDecides && users.deltaLink === null) return 'waiting';
  const groupsRead = groups.deltaLink !== null;
  if (needs.excludes && !groupsRead) return 'waiting';
  if (groupsRead && !needs.membersRead) return 'waiting';
  return users.deltaLink !== null && groupsRead && needs.roleAssignmentsRead ? 'complete' : 'partial';
}

/** By the last full round; or every row there is comes from the first one, which selects them too. */
function attributesKnown(
  { attributes, deltaLink, round }: States['users'],
  needed: readonly string[],
): boolean {
  if (deltaLink !== null) return attributesMissing({ attributes }, needed).length === 0;
  return round !== null && round.fresh && attributesMissing(round, needed).length === 0;
}
