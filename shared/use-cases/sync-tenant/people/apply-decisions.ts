import { inputHashOf } from '../../../core/people/input-hash.js';
import type { ChangeCause } from '../../../core/people/person-change.js';
import type { PersonFacts } from '../../../core/people/facts.js';
import type { FactsReader } from '../../../ports/read-facts.js';
import type { RemovalDecision } from '../../../ports/removal-decisions.js';
import type { Override } from '../../../ports/removals.js';
import { presentEach } from '../../../ports/present-each.js';
import type { Session } from '../session.js';
import { derivePeople } from './derive-people.js';
import type { StartedSetup } from './started-setup.js';

const DECISIONS_AT_ONCE = 20;
const PEOPLE_AT_ONCE = 200;

/**
 * Carries out what operators decided about the removals of a setup, in the order of the decisions; approved removals
 * go when the setup is judged next. Who is not held any more is left alone. Answers whether people were written.
 */
export async function applyDecisions(
  session: Session,
  setup: StartedSetup,
  reader: FactsReader,
  cause: ChangeCause,
): Promise<boolean> {
  const { ports, fence, tenantId } = session;
  if (setup.readiness !== 'complete') return false;
  let wrote = false;
  for (;;) {
    const decisions = await ports.removalDecisions.pending(tenantId, setup.id, DECISIONS_AT_ONCE);
    if (decisions.length === 0) return wrote;
    for (const decision of decisions) {
      for (let at = 0; at < decision.directoryIds.length; at += PEOPLE_AT_ONCE) {
        await session.keeper.renewIfDue();
        const some = { ...decision, directoryIds: decision.directoryIds.slice(at, at + PEOPLE_AT_ONCE) };
        if (await carryOut(session, setup, some, { reader, cause })) wrote = true;
      }
      await ports.removalDecisions.discard(fence, decision);
      session.progressed = true;
    }
  }
}

async function carryOut(
  session: Session,
  setup: StartedSetup,
  decision: RemovalDecision,
  { reader, cause }: { readonly reader: FactsReader; readonly cause: ChangeCause },
): Promise<boolean> {
  switch (decision.kind) {
    case 'approve':
      await approve(session, setup, decision.directoryIds);
      return false;
    case 'reject': {
      const removals = await setup.stagedRemovals();
      const held = decision.directoryIds.filter((id) => removals.get(id)?.kind === 'held');
      const facts = await reader.read(held);
      await keep(session, setup, facts, decision);
      return await derivePeople(session, setup, facts, cause);
    }
    case 'release': {
      const kept = await setup.keptPeople();
      await session.ports.overrides.remove(session.fence, setup.id, decision.directoryIds);
      for (const id of decision.directoryIds) kept.delete(id);
      return await derivePeople(session, setup, await reader.read(decision.directoryIds), cause);
    }
  }
}

async function approve(
  { ports, fence }: Session,
  setup: StartedSetup,
  directoryIds: readonly string[],
): Promise<void> {
  const removals = await setup.stagedRemovals();
  const approved = directoryIds.flatMap((id) => {
    const removal = removals.get(id);
    return removal?.kind === 'held' ? [{ ...removal, kind: 'approved' } as const] : [];
  });
  if (approved.length === 0) return;
  await ports.removals.stage(fence, approved);
  for (const removal of approved) removals.set(removal.directoryId, removal);
}

/** Who came back meanwhile needs nothing that keeps it. */
async function keep(
  { ports, fence }: Session,
  setup: StartedSetup,
  facts: readonly PersonFacts[],
  { decidedBy, decidedAt }: RemovalDecision,
): Promise<void> {
  const made = await presentEach(ports.clock, setup.compiled, facts);
  const removals = await setup.stagedRemovals();
  const isAsked = (id: string): boolean => removals.get(id)?.reason === 'groupsVanished';
  const asked = made.filter(
    ({ facts: { directoryId }, presented }) => presented.kind === 'out' || isAsked(directoryId),
  );
  const overrides = asked
    .map((one) => one.facts)
    .map((one): Override => ({
      overrideId: one.directoryId,
      setupId: setup.id,
      directoryId: one.directoryId,
      kind: 'keep',
      inputHash: inputHashOf(setup.compiled, one),
      decidedBy,
      decidedAt,
    }));
  if (overrides.length === 0) return;
  await ports.overrides.put(fence, overrides);
  const kept = await setup.keptPeople();
  for (const override of overrides) kept.set(override.directoryId, override);
}
