import type { Edge } from '../../../core/mirror-rows.js';
import type { MembersPlan } from '../../../core/plan-members.js';
import type { MarkChunk } from '../apply-users.js';
import { groupsIn, membersIn } from '../ends-of-edges.js';
import type { Session } from '../session.js';

/** The mark, then the edges. Answers of how many groups the direct members really changed. */
export async function carryOutMembers(
  session: Session,
  { present, absent }: MembersPlan,
  mark: MarkChunk,
): Promise<number> {
  if (present.length + absent.length === 0) return 0;
  const { mirror } = session.ports;
  const edges = [...present, ...absent];
  await mark({
    users: [],
    presence: [],
    groups: groupsIn(edges),
    groupPresence: [],
    ...membersIn(edges),
  });
  const known = new Set((await mirror.createEdges(session.fence, present)).map(keyOf));
  await session.keeper.renewIfDue();
  const gone = await mirror.removeEdges(session.fence, absent);
  return groupsIn([...present.filter((edge) => !known.has(keyOf(edge))), ...gone]).length;
}

function keyOf({ groupId, memberId }: Edge): string {
  return `${groupId}\u0000${memberId}`;
}
