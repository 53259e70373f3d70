import type { MemberChain } from '../../../core/member-chain.js';
import type { Edge } from '../../../core/mirror-rows.js';
import { followedGroups } from '../../../core/needed-groups.js';
import { NO_CHANGES, type ChangeCounts } from '../../../core/round.js';
import type { MarkerOf } from '../apply-users.js';
import type { Session } from '../session.js';
import { carryOutMembers } from './carry-out-members.js';

/** Drops the memberships of groups that leave a chain, then the chain itself where nothing is left of it. */
export async function dropLeaving(
  session: Session,
  chain: MemberChain,
  markerOf: MarkerOf,
): Promise<ChangeCounts> {
  const { ports, fence, chains } = session;
  let updated = 0;
  for (const groupId of chain.leaving) {
    let page = 0;
    for await (const edges of ports.mirror.membersOf(fence, groupId)) {
      await session.keeper.renewIfDue();
      const mark = markerOf(`leaving-${chain.chainId}-${groupId}-${(page += 1)}`);
      updated += await carryOutMembers(session, { present: [], absent: edges }, mark);
    }
  }
  if (chain.groupIds.length > 0) await chains.save({ ...chain, leaving: [] });
  else await chains.remove(chain);
  return { ...NO_CHANGES, updated };
}

/**
 * Drops the memberships of one bucket's groups that no chain follows: what is left from when the members of all
 * groups were read. A full round, within which this is done, has marked everything.
 */
export async function dropOthers(session: Session, bucket: number): Promise<void> {
  const { mirror } = session.ports;
  const followed = followedGroups(session.chains.all);
  for await (const edges of mirror.scanEdges(session.fence, bucket)) {
    await session.keeper.renewIfDue();
    const others = edges.filter(({ groupId }: Edge) => !followed.has(groupId));
    if (others.length > 0) await mirror.removeEdges(session.fence, others);
  }
}
