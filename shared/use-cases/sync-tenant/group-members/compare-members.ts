import { chainCompared, type MemberChain } from '../../../core/member-chain.js';
import type { Edge } from '../../../core/mirror-rows.js';
import { NO_CHANGES, type ChangeCounts } from '../../../core/round.js';
import type { MarkerOf } from '../apply-users.js';
import { groupsIn } from '../ends-of-edges.js';
import { noteLostMembers } from '../note-lost-beneath.js';
import { askMembersOf, withoutHiddenMembers } from '../replace-memberships.js';
import type { Session } from '../session.js';
import { referencesSeen } from '../sweep-references.js';
import { carryOutMembers } from './carry-out-members.js';

/**
 * A chain that read everything is held against the mirror: what it did not name may be gone, or only not printed, so
 * Graph is asked for the members of each group in doubt. Here also becomes known anew which groups are beneath.
 */
export async function compareMembers(
  session: Session,
  chain: MemberChain,
  roundId: string,
  markerOf: MarkerOf,
): Promise<ChangeCounts> {
  const { ports, fence, chains } = session;
  const seen = await referencesSeen(session, 'groups', chain.chainId, chain.seenChunks);
  const nested: Record<string, readonly string[]> = {};
  let updated = 0;
  const rows = await ports.mirror.readGroups(fence, chain.groupIds);
  for (const groupId of chain.groupIds) {
    await session.keeper.renewIfDue();
    const known = await lookAt(session, groupId, seen.get(groupId) ?? new Set());
    const beneath = new Set(known.groups);
    const isInDoubt = known.doubtful.length > 0 && rows.get(groupId)?.presence === 'live';
    if (isInDoubt && groupsIn(await withoutHiddenMembers(session, known.doubtful)).length > 0) {
      const difference = await askMembersOf(session, groupId);
      await noteLostMembers(session, difference.absent);
      const markId = `members-${chain.chainId}-${chain.pages}-${groupId}`;
      updated += await carryOutMembers(session, difference, markerOf(markId));
      for (const { memberId } of groupsAmong(difference.absent)) beneath.delete(memberId);
      for (const { memberId } of groupsAmong(difference.present)) beneath.add(memberId);
    }
    if (beneath.size > 0) nested[groupId] = [...beneath].sort();
  }
  await chains.save(chainCompared(chain, nested, roundId));
  await ports.seen.discard(fence, 'groups', chain.chainId);
  return { ...NO_CHANGES, updated };
}

async function lookAt(
  session: Session,
  groupId: string,
  named: ReadonlySet<string>,
): Promise<{ readonly groups: readonly string[]; readonly doubtful: readonly Edge[] }> {
  const groups: string[] = [];
  const doubtful: Edge[] = [];
  for await (const edges of session.ports.mirror.membersOf(session.fence, groupId)) {
    await session.keeper.renewIfDue();
    groups.push(...groupsAmong(edges).map(({ memberId }) => memberId));
    doubtful.push(...edges.filter(({ memberId }) => !named.has(memberId)));
  }
  return { groups, doubtful };
}

function groupsAmong(edges: readonly Edge[]): readonly Edge[] {
  return edges.filter(({ memberType }) => memberType === 'group');
}
