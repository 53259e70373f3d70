import { wasGrantedSince } from '../../core/hidden-membership.js';
import type { ResourceState, Round } from '../../core/round.js';
import type { PeopleWork } from './people/people-work.js';
import type { Session, StateWithRound } from './session.js';

/**
 * Saves a completed round. Once the permission to see hidden memberships is withdrawn, everybody is derived without
 * relying on what groups hide. They are marked first: a job that stops in between completes the round again.
 */
export async function saveCompleted(
  session: Pick<Session, 'saveState'>,
  people: Pick<PeopleWork, 'markEverybody'>,
  before: StateWithRound,
  completed: ResourceState,
): Promise<ResourceState> {
  const isWithdrawn = before.seesHidden && !completed.seesHidden;
  if (completed.resource === 'groups' && isWithdrawn) await people.markEverybody();
  return session.saveState(completed);
}

/** Once the permission is granted, has all groups read. Until they are, every round that is completed asks for it. */
export async function followGrant(
  session: Pick<Session, 'ports' | 'tenantId' | 'now'>,
  round: Pick<Round, 'kind' | 'seesHidden'>,
  completed: Pick<ResourceState, 'seesHidden'>,
): Promise<void> {
  if (wasGrantedSince(round, completed))
    await session.ports.syncStates.want(session.tenantId, 'groups', { full: true, since: session.now() });
}
