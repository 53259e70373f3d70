import { NotFound } from '../../core/failures.js';
import { hidesMembers } from '../../core/hidden-membership.js';
import type { Edge } from '../../core/mirror-rows.js';
import type { HiddenSight } from '../../ports/directory.js';
import { groupsIn } from './ends-of-edges.js';
import type { Session } from './session.js';

/**
 * Graph does not report the edges of what comes back from deleted items: they are asked once and the mirror's are
 * made the same. Source: concepts/delta-query-groups.md (soft-deleted users are no part of `members@delta`).
 */

/** What has to change so that `memberId` is a direct member of just the groups that Graph names. */
export interface EdgeDifference {
  readonly present: readonly Edge[];
  readonly absent: readonly Edge[];
}

const NO_DIFFERENCE: EdgeDifference = { present: [], absent: [] };

/**
 * The groups of a user or group as Graph tells them, against those that the mirror holds: of these only the ones whose
 * members it holds at all.
 */
export async function askGroupsOf(
  session: Session,
  member: { readonly kind: 'user' | 'group'; readonly id: string },
): Promise<EdgeDifference> {
  const { directory, mirror } = session.ports;
  const answer = await session.ask(() => directory.groupsOf(session.connection, member));
  if (answer === null) return NO_DIFFERENCE;
  const { groupIds, seesHidden } = answer;
  const told = new Set(groupIds);
  const held = groupIds.filter((groupId) => session.holdsMembersOf(groupId));
  const known = await mirror.groupsOf(session.fence, [member.id]);
  return {
    present: held.map((groupId) => ({ groupId, memberId: member.id, memberType: member.kind })),
    absent: await deniedBy(
      session,
      seesHidden,
      known.filter((edge) => !told.has(edge.groupId)),
    ),
  };
}

/** The direct members of a group as Graph tells them, against those that the mirror holds. */
export async function askMembersOf(session: Session, groupId: string): Promise<EdgeDifference> {
  const { mirror } = session.ports;
  const answer = await membersToldBy(session, groupId);
  if (answer === null) return NO_DIFFERENCE;
  const { edges: present, seesHidden } = answer;
  const told = new Set(present.map((edge) => edge.memberId));
  const unseen: Edge[] = [];
  for await (const edges of mirror.membersOf(session.fence, groupId)) {
    unseen.push(...edges.filter((edge) => !told.has(edge.memberId)));
  }
  const denied = await deniedBy(session, seesHidden, unseen);
  return { present, absent: await withoutHiddenMembers(session, denied) };
}

/** Null where the group is gone: its deletion will be told by its own round, and a 404 removes nothing. */
async function membersToldBy(
  session: Session,
  groupId: string,
): Promise<({ readonly edges: readonly Edge[] } & HiddenSight) | null> {
  const { directory } = session.ports;
  const sight = { seesHidden: true };
  try {
    const edges: Edge[] = [];
    const pages = session.pages(async (link) => {
      const page = await directory.membersOf(session.connection, groupId, link);
      sight.seesHidden &&= page.seesHidden;
      return page;
    });
    for await (const page of pages) edges.push(...page);
    return { edges, ...sight };
  } catch (failure) {
    if (failure instanceof NotFound) return null;
    throw failure;
  }
}

/**
 * Of edges that an answer did not name, those that are really no more: without the permission to see them, the
 * memberships of groups that hide theirs are in no answer, and what is known of them is kept.
 */
async function deniedBy(
  session: Session,
  seesHidden: boolean,
  edges: readonly Edge[],
): Promise<readonly Edge[]> {
  if (seesHidden || edges.length === 0) return edges;
  const groups = await session.ports.mirror.readGroups(session.fence, groupsIn(edges));
  return edges.filter((edge) => !hidesMembers(groups.get(edge.groupId)));
}

/** Graph lists no soft-deleted members, yet they keep their memberships: their edges stay. */
export async function withoutHiddenMembers(session: Session, edges: readonly Edge[]): Promise<Edge[]> {
  if (edges.length === 0) return [];
  const ids = edges.map((edge) => edge.memberId);
  const users = await session.ports.mirror.readUsers(session.fence, ids);
  const groups = await session.ports.mirror.readGroups(session.fence, ids);
  return edges.filter(
    (edge) =>
      users.get(edge.memberId)?.presence !== 'softDeleted' &&
      groups.get(edge.memberId)?.presence !== 'softDeleted',
  );
}
