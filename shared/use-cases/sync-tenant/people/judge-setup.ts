import type { ChangeCause } from '../../../core/people/person-change.js';
import { judgeRemovals, windowBegin } from '../../../core/removal-guard.js';
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
 */
export async function judgeSetup(
  session: Session,
  setup: StartedSetup,
  reader: FactsReader,
  cause: ChangeCause,
): Promise<boolean> {
  if (setup.readiness !== 'complete') return false;
  const removals = [...(await setup.stagedRemovals()).values()].filter(({ kind }) => kind !== 'held');
  const staged = removals.filter(({ kind }) => kind === 'staged');
  if (removals.length === 0) return false;
  const verdict = staged.length === 0 ? 'yes' : await judge(session, setup, staged);
  let wrote = false;
  for (let at = 0; at < removals.length; at += PEOPLE_AT_ONCE) {
    await session.keeper.renewIfDue();
    const ids = removals.slice(at, at + PEOPLE_AT_ONCE).map(({ directoryId }) => directoryId);
    const verdicts = new Map(ids.map((id) => [id, verdict] as const));
    const facts = await reader.read(ids);
    if (await derivePeople(session, setup, facts, cause, { verdicts })) wrote = true;
  }
  return wrote;
}

async function judge(
  session: Session,
  setup: StartedSetup,
  staged: readonly StagedRemoval[],
): Promise<'yes' | 'held'> {
  const { ports, fence, tenantId } = session;
  const { removalGuard } = setup.setup.document;
  const since = windowBegin(removalGuard, session.now());
  const carriedOut = await ports.removals.countSince(tenantId, setup.id, since);
  const active = await countActive(session, setup.id);
  await ports.removals.forgetBefore(fence, setup.id, since);
  const verdict = judgeRemovals(removalGuard, { staged: staged.length, carriedOut, active });
  return verdict === 'carryOut' ? 'yes' : 'held';
}

/** Those staged are active until the verdict. */
async function countActive(session: Session, setupId: string): Promise<number> {
  let active = 0;
  for (let bucket = 0; bucket < session.fence.bucketCount; bucket += 1) {
    await session.keeper.renewIfDue();
    for await (const people of session.ports.people.scan(session.fence, setupId, bucket))
      active += people.filter((person) => person.statusReason === 'inScope').length;
  }
  return active;
}
