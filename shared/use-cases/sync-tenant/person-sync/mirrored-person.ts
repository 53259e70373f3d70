import type { PersonMirrored } from '../../../core/plan-person.js';
import type { Session } from '../session.js';

/** What the mirror has of one user. @param groupIds groups whose rows are wanted beside those of its memberships */
export async function mirroredPerson(
  session: Session,
  id: string,
  groupIds: readonly string[],
): Promise<PersonMirrored> {
  const { ports, fence } = session;
  const { mirror } = ports;
  const told = await mirror.groupsOf(fence, [id]);
  // Of other groups there may be memberships from before: nothing tells what became of them.
  const indexed = told.filter(({ groupId }) => session.holdsMembersOf(groupId));
  const edges = indexed.length === 0 ? [] : await mirror.existingEdges(fence, indexed);
  const ids = [...new Set([...groupIds, ...edges.map(({ groupId }) => groupId)])];
  const groups = await mirror.readGroups(fence, ids);
  return { user: (await mirror.readUsers(fence, [id])).get(id) ?? null, edges, groups };
}
