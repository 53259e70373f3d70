import type { ChangeCause } from '../../../core/people/person-change.js';
import { activeThatSuffice, judgeRemovals, windowBegin } from '../../../core/removal-guard.js';
import type { FactsReader } from '../../../ports/read-facts.js';
import type { StagedRemoval } from '../../../ports/removals.js';
import type { Session } from '../session.js';
import { derivePeople } from './derive-people.js';
import type { StartedSetup } from './started-setup.js';

const PEOPLE_AT_ONCE = 200;

/**
 * Judges what was staged of one setup, over everything that a job found: all of it goes or all of it is held.
 * Approved removals go in any case. Each is derived once more, so that who came back is left alone. Answers
 * whether people were written.
 *
 * The verdict is kept before anybody is written, so that one that is broken off is carried out to its end instead of
 * being found anew over what is left.
 */
export async function judgeSetup(
  session: Session,
  setup: StartedSetup,
  reader: FactsReader,
  cause: ChangeCause,
): Promise<boolean> {
  if (setup.readiness !== 'complete') return false;
  const derive = async (...kinds: StagedRemoval['kind'][]): Promise<boolean> =>
    await deriveAgain(session, setup, { reader, cause, kinds });
  let wrote = false;
  if (setup.progress.isHolding) wrote = await holdAll(session, setup, derive);
  // Before the count: what goes is counted once it went.
  if (await derive('approved', 'going')) wrote = true;
  const staged = await removalsOf(setup, ['staged']);
  if (staged.length === 0) return wrote;
  if ((await judge(session, setup, staged)) === 'hold') {
    await setup.save({ isHolding: true });
    return (await holdAll(session, setup, derive)) || wrote;
  }
  await stage(
    session,
    setup,
    staged.map((removal) => ({ ...removal, kind: 'going', since: cause.at })),
  );
  return (await derive('going')) || wrote;
}

/** Removals that an operator approved need no judgement. Answers whether people were written. */
export async function removeApproved(
  session: Session,
  setup: StartedSetup,
  reader: FactsReader,
  cause: ChangeCause,
): Promise<boolean> {
  if (setup.readiness !== 'complete') return false;
  return await deriveAgain(session, setup, { reader, cause, kinds: ['approved'] });
}

/** To the end, however often it is begun: some are held already, perhaps without their people saying so. */
async function holdAll(
  session: Session,
  setup: StartedSetup,
  derive: (kind: 'held') => Promise<boolean>,
): Promise<boolean> {
  const staged = await removalsOf(setup, ['staged']);
  await stage(
    session,
    setup,
    staged.map((removal) => ({ ...removal, kind: 'held' })),
  );
  const wrote = await derive('held');
  await setup.save({ isHolding: false });
  return wrote;
}

async function judge(
  session: Session,
  setup: StartedSetup,
  waiting: readonly StagedRemoval[],
): Promise<'carryOut' | 'hold'> {
  const { ports, fence, tenantId } = session;
  const { removalGuard } = setup.setup.document;
  const since = windowBegin(removalGuard, session.now());
  const noted = await ports.removals.countSince(tenantId, setup.id, since);
  const losing = waiting.filter(({ reason }) => reason === 'groupsVanished').length;
  const staged = waiting.length - losing;
  const situation = { staged, losing, carriedOut: noted.removals, lost: noted.losses };
  await ports.removals.forgetBefore(fence, setup.id, since);
  const enough = activeThatSuffice(removalGuard, situation);
  if (enough === null) return 'hold';
  const active = await countActive(session, setup.id, enough);
  const leaving = active > staged ? staged : await countLeaving(session, setup.id, waiting);
  return judgeRemovals(removalGuard, { ...situation, active, leaving });
}

/** Those staged who are in scope until the verdict: the others are disabled or kept already. */
async function countLeaving(
  { ports, fence, keeper }: Session,
  setupId: string,
  waiting: readonly StagedRemoval[],
): Promise<number> {
  const ids = waiting.flatMap(({ reason, directoryId }) =>
    reason === 'groupsVanished' ? [] : [directoryId],
  );
  let leaving = 0;
  for (let at = 0; at < ids.length; at += PEOPLE_AT_ONCE) {
    await keeper.renewIfDue();
    const people = await ports.people.read(fence, setupId, ids.slice(at, at + PEOPLE_AT_ONCE));
    leaving += [...people.values()].filter(({ statusReason }) => statusReason === 'inScope').length;
  }
  return leaving;
}

/** Who is in scope, those staged among them until the verdict. Counts no further than it must. */
async function countActive(session: Session, setupId: string, enough: number): Promise<number> {
  const { ports, fence, keeper } = session;
  let active = 0;
  for (let bucket = 0; bucket < fence.bucketCount && active < enough; bucket += 1) {
    await keeper.renewIfDue();
    active += await ports.people.countInScope(fence, setupId, bucket);
  }
  return active;
}

async function deriveAgain(
  session: Session,
  setup: StartedSetup,
  {
    reader,
    cause,
    kinds,
  }: {
    readonly reader: FactsReader;
    readonly cause: ChangeCause;
    readonly kinds: readonly StagedRemoval['kind'][];
  },
): Promise<boolean> {
  const removals = await removalsOf(setup, kinds);
  let wrote = false;
  for (let at = 0; at < removals.length; at += PEOPLE_AT_ONCE) {
    await session.keeper.renewIfDue();
    const ids = removals.slice(at, at + PEOPLE_AT_ONCE).map(({ directoryId }) => directoryId);
    if (await derivePeople(session, setup, await reader.read(ids), cause)) wrote = true;
  }
  return wrote;
}

async function removalsOf(
  setup: StartedSetup,
  kinds: readonly StagedRemoval['kind'][],
): Promise<readonly StagedRemoval[]> {
  return [...(await setup.stagedRemovals()).values()].filter(({ kind }) => kinds.includes(kind));
}

async function stage(
  { ports, fence, keeper }: Session,
  setup: StartedSetup,
  removals: readonly StagedRemoval[],
): Promise<void> {
  const known = await setup.stagedRemovals();
  for (let at = 0; at < removals.length; at += PEOPLE_AT_ONCE) {
    await keeper.renewIfDue();
    const some = removals.slice(at, at + PEOPLE_AT_ONCE);
    await ports.removals.stage(fence, some);
    for (const removal of some) known.set(removal.directoryId, removal);
  }
}
