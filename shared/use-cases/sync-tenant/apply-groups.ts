import type { DeltaElement } from '../../core/delta-page.js';
import type { EdgeDoubt } from '../../core/edge-doubt.js';
import type { Touched } from '../../core/mark.js';
import type { Edge, MirrorGroup } from '../../core/mirror-rows.js';
import { warningsOfTooLarge } from '../../core/mirrored-attributes.js';
import { holdsNeededOnly } from '../../core/needed-groups.js';
import { planGroups, type GroupPlan } from '../../core/plan-groups.js';
import { addCounts, NO_CHANGES, type ChangeCounts, type Round } from '../../core/round.js';
import type { Applied, MarkChunk } from './apply-users.js';
import { doubtLater, doubtsOf } from './doubts.js';
import { groupsIn, membersIn } from './ends-of-edges.js';
import { noteLostBeneath } from './note-lost-beneath.js';
import { askGroupsOf, askMembersOf } from './replace-memberships.js';
import type { Session } from './session.js';

/** Applies a chunk of a groups round: marks, then edges, then rows, for the same reason as with users. */
export async function applyGroups(
  session: Session,
  round: Round,
  elements: readonly DeltaElement[],
  mark: MarkChunk,
): Promise<Applied> {
  const { stored, created, inserted } = await storedGroups(session, round, elements);
  const plan = planGroups(stored, elements);
  const unknown = round.fresh ? [] : plan.edgesUnknown;
  if (holdsNeededOnly(session.states.groups)) await session.chains.readAnew(comingAlive(plan));
  const changedByEdges = await carryOut(session, { ...plan, edgesUnknown: unknown }, mark);
  const counted = new Set(
    round.fresh ? stored.keys() : [...plan.writes.map((group) => group.id), ...plan.removals],
  );
  const alsoUpdated = [...changedByEdges].filter((id) => !counted.has(id)).length;
  return {
    counts: addCounts(plan.counts, { ...created, updated: alsoUpdated }),
    warnings: warningsOfTooLarge('groups', [...inserted, ...plan.writes]),
  };
}

/**
 * The rows that the elements meet. Where the mirror was empty they are inserted unread, and only those are read that
 * were there already; `created` counts the inserted ones.
 */
async function storedGroups(
  session: Session,
  round: Round,
  elements: readonly DeltaElement[],
): Promise<{
  readonly stored: Map<string, MirrorGroup>;
  readonly created: ChangeCounts;
  readonly inserted: readonly MirrorGroup[];
}> {
  const { mirror } = session.ports;
  const ids = [...new Set(elements.map((element) => element.id))];
  if (!round.fresh)
    return { stored: await mirror.readGroups(session.fence, ids), created: NO_CHANGES, inserted: [] };
  const optimistic = planGroups(new Map(), elements);
  const known = new Set(await mirror.createGroups(session.fence, optimistic.writes));
  const inserted = optimistic.writes.filter((group) => !known.has(group.id));
  const unread = new Set(inserted.map((group) => group.id));
  const stored = await mirror.readGroups(
    session.fence,
    ids.filter((id) => !unread.has(id)),
  );
  for (const group of inserted) stored.set(group.id, group);
  const live = inserted.filter((group) => group.presence === 'live').length;
  const created = { ...NO_CHANGES, created: live, softDeleted: inserted.length - live };
  return { stored, created, inserted };
}

/** Answers the ids of the groups whose direct members really changed. */
async function carryOut(session: Session, plan: GroupPlan, mark: MarkChunk): Promise<Set<string>> {
  const { mirror } = session.ports;
  const returned = await edgesOfReturned(session, plan);
  const present = [...plan.edgesPresent, ...returned];
  const dropped = await edgesOfRemoved(session, [...plan.removals, ...plan.vanished]);
  const absent = [...plan.edgesAbsent, ...dropped];
  const lostBeneath = await noteLostBeneath(session, vanishing(plan));
  await session.chains.noteNested(returned);
  await session.keeper.renewIfDue();
  await mark(touchedBy(plan, [...present, ...absent]));
  const known = await mirror.createEdges(session.fence, present);
  await session.keeper.renewIfDue();
  const gone = await mirror.removeEdges(session.fence, absent);
  const lostBeneathAt = session.now();
  await mirror.writeGroups(
    session.fence,
    plan.writes.map((group) => (lostBeneath.has(group.id) ? { ...group, lostBeneathAt } : group)),
  );
  await mirror.removeGroups(session.fence, plan.removals);
  return new Set([...groupsChanged(present, known), ...gone.map((edge) => edge.groupId)]);
}

function touchedBy(plan: GroupPlan, edges: readonly Edge[]): Touched {
  const rows = [...plan.writes.map((group) => group.id), ...plan.removals];
  return {
    users: [],
    presence: [],
    groups: [...new Set([...rows, ...groupsIn(edges)])],
    groupPresence: plan.presence,
    ...membersIn(edges),
  };
}

function groupsChanged(created: readonly Edge[], known: readonly Edge[]): string[] {
  const old = new Set(known.map((edge) => `${edge.groupId}\u0000${edge.memberId}`));
  return groupsIn(created.filter((edge) => !old.has(`${edge.groupId}\u0000${edge.memberId}`)));
}

function vanishing({ removals, vanished, presence, writes }: GroupPlan): string[] {
  const deleted = new Set(writes.filter((group) => group.presence === 'softDeleted').map(({ id }) => id));
  return [...removals, ...vanished, ...presence.filter((id) => deleted.has(id))];
}

function comingAlive({ presence, writes }: GroupPlan): string[] {
  const live = new Set(writes.filter((group) => group.presence === 'live').map(({ id }) => id));
  return presence.filter((id) => live.has(id));
}

/** Graph names neither the members of a deleted group nor the groups it was in. */
async function edgesOfRemoved(session: Session, groupIds: readonly string[]): Promise<Edge[]> {
  const { mirror } = session.ports;
  const edges = await mirror.groupsOf(session.fence, groupIds);
  for (const groupId of groupIds) {
    for await (const members of mirror.membersOf(session.fence, groupId)) edges.push(...members);
  }
  return edges;
}

/** What Graph names of groups that come alive; what it does not name is doubted. */
async function edgesOfReturned(session: Session, plan: GroupPlan): Promise<readonly Edge[]> {
  const present: Edge[] = [];
  const doubts: EdgeDoubt[] = [];
  for (const id of plan.edgesUnknown) {
    // Where they are not held, its chain reads them from nothing once it is back.
    if (session.holdsMembersOf(id)) {
      const ofMembers = await askMembersOf(session, id);
      present.push(...ofMembers.present);
      doubts.push(...doubtsOf(session, { asked: 'membersOfGroup', id }, ofMembers));
    }
    const ofGroups = await askGroupsOf(session, { kind: 'group', id });
    present.push(...ofGroups.present);
    doubts.push(...doubtsOf(session, { asked: 'groupsOfGroup', id }, ofGroups));
  }
  await doubtLater(session, doubts);
  return present;
}
