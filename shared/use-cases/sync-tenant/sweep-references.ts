import type { Edge, MirrorUser } from '../../core/mirror-rows.js';
import type { Resource } from '../../core/resource.js';
import { groupsIn } from './ends-of-edges.js';
import { noteLostMembers } from './note-lost-beneath.js';
import { askMembersOf, withoutHiddenMembers } from './replace-memberships.js';
import type { Session, StateWithRound } from './session.js';

/** What the round named at its end, by object: the members of a group, the manager of a user. */
export type SeenReferences = ReadonlyMap<string, ReadonlySet<string>>;

export function seenReferences(session: Session, state: StateWithRound): Promise<SeenReferences> {
  const { round, resource } = state;
  return referencesSeen(session, resource, round.roundId, round.seenChunks);
}

export async function referencesSeen(
  session: Session,
  resource: Resource,
  roundId: string,
  seenChunks: number,
): Promise<SeenReferences> {
  const references = new Map<string, Set<string>>();
  const chunks = session.ports.seen.read(session.tenantId, resource, roundId, seenChunks);
  for await (const chunk of chunks) {
    for (const { from, to, present } of chunk.references) {
      const named = references.get(from) ?? new Set<string>();
      if (present) named.add(to);
      else named.delete(to);
      references.set(from, named);
    }
  }
  return references;
}

/**
 * What a full round did not name again may be gone, or only not printed: absence is never a deletion. So whatever
 * is in doubt is asked of Graph, object by object. Answers how many rows were changed.
 */
export async function sweepReferences(
  session: Session,
  resource: Resource,
  bucket: number,
  seen: SeenReferences,
): Promise<number> {
  return resource === 'users' ? sweepManagers(session, bucket, seen) : sweepEdges(session, bucket, seen);
}

async function sweepManagers(session: Session, bucket: number, seen: SeenReferences): Promise<number> {
  const { mirror, directory } = session.ports;
  const changed: MirrorUser[] = [];
  for await (const users of mirror.scanUsers(session.fence, bucket)) {
    for (const user of users) {
      if (user.presence !== 'live' || user.managerId === null || seen.get(user.id)?.has(user.managerId))
        continue;
      const told = await session.ask(() => directory.managerOf(session.connection, user.id));
      if (told !== null && told.managerId !== user.managerId) changed.push({ ...user, ...told });
    }
  }
  await mirror.writeUsers(session.fence, changed);
  return changed.length;
}

/**
 * An edge that the round did not see may belong to a soft-deleted member, or to one who came back while the round
 * was being read: only the group's own list of members decides.
 */
async function sweepEdges(session: Session, bucket: number, seen: SeenReferences): Promise<number> {
  const { mirror } = session.ports;
  const doubtful: Edge[] = [];
  for await (const edges of mirror.scanEdges(session.fence, bucket)) {
    doubtful.push(...edges.filter((edge) => seen.get(edge.groupId)?.has(edge.memberId) !== true));
  }
  // Members in deleted items are on no list and keep their edges: they raise no doubt.
  const inDoubt = groupsIn(await withoutHiddenMembers(session, doubtful));
  const groups = await mirror.readGroups(session.fence, inDoubt);
  let changed = 0;
  for (const groupId of inDoubt) {
    if (groups.get(groupId)?.presence !== 'live') continue;
    const difference = await askMembersOf(session, groupId);
    await noteLostMembers(session, difference.absent);
    const known = await mirror.createEdges(session.fence, difference.present);
    const gone = await mirror.removeEdges(session.fence, difference.absent);
    if (known.length < difference.present.length || gone.length > 0) changed += 1;
  }
  return changed;
}
