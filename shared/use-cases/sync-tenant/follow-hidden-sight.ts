import { wasGrantedSince } from '../../core/hidden-membership.js';
import type { ResourceState } from '../../core/round.js';
import type { PeopleWork } from './people/people-work.js';
import type { Session, StateWithRound } from './session.js';

/**
 * A round of groups was completed: once the permission to see hidden memberships is granted, all groups are read; once
 * it is withdrawn, everybody is derived without relying on what groups hide.
 */
export async function followHiddenSight(
  session: Session,
  people: Pick<PeopleWork, 'markEverybody'>,
  before: StateWithRound,
  completed: ResourceState,
): Promise<void> {
  if (before.seesHidden && !completed.seesHidden) await people.markEverybody();
  if (wasGrantedSince(before.round, completed))
    await session.ports.syncStates.want(session.tenantId, 'groups', { full: true, since: session.now() });
}
