import type { DeltaElement } from '../../core/delta-page.js';
import type { EdgeDoubt } from '../../core/edge-doubt.js';
import type { Touched } from '../../core/mark.js';
import type { Edge, MirrorUser } from '../../core/mirror-rows.js';
import { warningsOfTooLarge } from '../../core/mirrored-attributes.js';
import { planUsers, type UserPlan } from '../../core/plan-users.js';
import type { ChangeCounts, Round, Warning } from '../../core/round.js';
import { allOf } from './all-of.js';
import { doubtLater, doubtsOf } from './doubts.js';
import { askGroupsOf } from './replace-memberships.js';
import { groupsIn, membersIn } from './ends-of-edges.js';
import type { Session } from './session.js';

/** Of the users of a page that come alive, so many are asked for side by side. */
const QUESTIONS_AT_ONCE = 8;

/** The mark of an increment's chunk; a full round has marked everything already. */
export type MarkChunk = (touched: Touched) => Promise<void>;

/** What applying a chunk came to. */
export interface Applied {
  readonly counts: ChangeCounts;
  readonly warnings: readonly Warning[];
}

/** How marks are made that belong to a round. */
export type MarkerOf = (markId: string) => MarkChunk;

/**
 * Applies a chunk of a users round: marks, then edges, then rows. A row that tells a deletion or a return is
 * written last, so that a crash in between leaves the chunk looking undone and it is repeated whole.
 */
export async function applyUsers(
  session: Session,
  round: Pick<Round, 'kind' | 'fresh' | 'attributes'>,
  elements: readonly DeltaElement[],
  mark: MarkChunk,
): Promise<Applied> {
  const { mirror } = session.ports;
  const ids = [...new Set(elements.map((element) => element.id))];
  if (round.fresh) return createFresh(session, round, elements, mark);
  const plan = planUsers(await mirror.readUsers(session.fence, ids), elements, selectedBy(round));
  await carryOut(session, plan, mark);
  return { counts: plan.counts, warnings: warningsOfTooLarge('users', plan.writes) };
}

/** Null in an increment, whose elements print what changed only. */
function selectedBy({ kind, attributes }: Pick<Round, 'kind' | 'attributes'>): readonly string[] | null {
  return kind === 'full' ? attributes : null;
}

/** The mirror was empty: rows are inserted without reading first, and only what was there already is planned. */
async function createFresh(
  session: Session,
  round: Pick<Round, 'kind' | 'attributes'>,
  elements: readonly DeltaElement[],
  mark: MarkChunk,
): Promise<Applied> {
  const { mirror } = session.ports;
  const optimistic = planUsers(new Map(), elements, null);
  const known = new Set(await mirror.createUsers(session.fence, optimistic.writes));
  for (const id of optimistic.removals) known.add(id);
  const gone = elements.filter((element) => element.kind === 'removed' && element.reason === 'deleted');
  for (const element of gone) known.add(element.id);
  if (known.size === 0)
    return { counts: optimistic.counts, warnings: warningsOfTooLarge('users', optimistic.writes) };
  const again = elements.filter((element) => known.has(element.id));
  const plan = planUsers(await mirror.readUsers(session.fence, [...known]), again, selectedBy(round));
  await carryOut(session, plan, mark);
  const created = optimistic.writes.filter((user) => !known.has(user.id));
  const counts = {
    ...plan.counts,
    created: plan.counts.created + created.filter((user) => user.presence === 'live').length,
    softDeleted: plan.counts.softDeleted + created.filter((user) => user.presence !== 'live').length,
  };
  return { counts, warnings: warningsOfTooLarge('users', [...created, ...plan.writes]) };
}

async function carryOut(session: Session, plan: UserPlan, mark: MarkChunk): Promise<void> {
  const { mirror } = session.ports;
  const present = await edgesOfReturned(session, plan);
  const dropped = await mirror.groupsOf(session.fence, [...plan.removals, ...plan.vanished]);
  const edges = [...dropped, ...present];
  await session.keeper.renewIfDue();
  await mark({
    users: [...plan.writes.map((user: MirrorUser) => user.id), ...plan.removals],
    presence: plan.presence,
    groups: groupsIn(edges),
    groupPresence: [],
    ...membersIn(edges),
  });
  await mirror.createEdges(session.fence, present);
  await mirror.removeEdges(session.fence, dropped);
  await session.keeper.renewIfDue();
  await mirror.writeUsers(session.fence, plan.writes);
  await mirror.removeUsers(session.fence, plan.removals);
}

/**
 * What Graph names of those who come alive; what it does not name is doubted. Until the groups were read for the first
 * time, their own round will tell every edge.
 */
async function edgesOfReturned(session: Session, plan: UserPlan): Promise<readonly Edge[]> {
  const present: Edge[] = [];
  const doubts: EdgeDoubt[] = [];
  const { groups } = session.states;
  if (groups.deltaLink === null && groups.round === null) return present;
  for (let first = 0; first < plan.edgesUnknown.length; first += QUESTIONS_AT_ONCE) {
    const some = plan.edgesUnknown.slice(first, first + QUESTIONS_AT_ONCE);
    await allOf(
      some.map(async (id) => {
        const difference = await askGroupsOf(session, { kind: 'user', id });
        present.push(...difference.present);
        doubts.push(...doubtsOf(session, { asked: 'groupsOfUser', id }, difference));
      }),
    );
  }
  await doubtLater(session, doubts);
  return present;
}
