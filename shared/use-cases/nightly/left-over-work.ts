import type { Tenant } from '../../core/tenant.js';
import type { Setup } from '../../core/setup/setup.js';
import { spreadOf } from '../../core/spread.js';
import type { EdgeDoubts } from '../../ports/edge-doubts.js';
import type { Outbox } from '../../ports/outbox.js';
import type { RecordMatching } from '../../ports/record-matching.js';
import type { Runs } from '../../ports/registry.js';
import type { RemovalDecisions } from '../../ports/removal-decisions.js';
import type { Removals } from '../../ports/removals.js';
import type { SetupProgresses } from '../../ports/setup-progress.js';
import type { Setups } from '../../ports/setups.js';
import type { Marks, SyncStates } from '../../ports/sync-state.js';

export interface LeftOverPorts {
  readonly runs: Pick<Runs, 'active'>;
  readonly syncStates: Pick<SyncStates, 'wants' | 'read'>;
  readonly marks: Pick<Marks, 'list'>;
  readonly setups: Pick<Setups, 'all'>;
  readonly setupProgresses: Pick<SetupProgresses, 'all'>;
  readonly removals: Pick<Removals, 'list'>;
  readonly removalDecisions: Pick<RemovalDecisions, 'pending'>;
  readonly recordMatching: Pick<RecordMatching, 'hasNews'>;
  readonly outbox: Pick<Outbox, 'mayHold'>;
  readonly edgeDoubts: Pick<EdgeDoubts, 'list'>;
}

/** Work that stands this long is taken for forgotten by the queue; also how often a tenant is woken for it. */
export const LEFT_OVER_AFTER_MS = 10 * 60_000;

/** What rarely is left over and takes several reads is looked for this often, at a time of each tenant's own. */
const LOOKED_FOR_EVERY_MS = 30 * 60_000;
/** At most so far apart are the looks. */
const TICK_MS = 5 * 60_000;
const REMOVALS_LOOKED_AT = 1_000;

/**
 * What stands in a tenant's tables and waits for a job, if there is anything: its message may have been lost. Of a
 * parked tenant, what asks nothing of Graph.
 * @param now epoch milliseconds
 */
export async function leftOverWork(
  ports: LeftOverPorts,
  tenant: Tenant,
  now: number,
): Promise<string | null> {
  const { tenantId, state } = tenant;
  const ofGraph = state.kind === 'parked' ? null : await leftOverRounds(ports, tenantId, now);
  if (ofGraph !== null) return ofGraph;
  if ((await ports.marks.list(tenantId, 1)).length > 0) return 'marks were left over';
  const isTheirTurn =
    (now + spreadOf(`net ${tenantId}`, LOOKED_FOR_EVERY_MS)) % LOOKED_FOR_EVERY_MS < TICK_MS;
  if (!isTheirTurn) return null;
  const hasDoubts = state.kind !== 'parked' && (await ports.edgeDoubts.list(tenantId)).length > 0;
  return hasDoubts ? 'doubts were left over' : leftOverOfSetups(ports, tenantId, now);
}

async function leftOverRounds(ports: LeftOverPorts, tenantId: string, now: number): Promise<string | null> {
  // What stands since a time to come was written by a clock that was wrong.
  const leftOver = (since: string): boolean => Math.abs(now - Date.parse(since)) >= LEFT_OVER_AFTER_MS;
  const wants = await ports.syncStates.wants(tenantId);
  if (wants.some((want) => leftOver(want.since))) return 'a wanted round was left over';
  const runs = await ports.runs.active(tenantId);
  if (runs.some(({ value }) => leftOver(value.requestedAt))) return 'a run was left over';
  const states = Object.values(await ports.syncStates.read(tenantId));
  return states.some(({ round }) => round !== null && !round.halted && leftOver(round.beganAt))
    ? 'a round was left over'
    : null;
}

async function leftOverOfSetups(ports: LeftOverPorts, tenantId: string, now: number): Promise<string | null> {
  const setups = await ports.setups.all(tenantId);
  if (setups.some(({ state }) => state === 'removing')) return 'the removal of a setup was left over';
  if (await ports.outbox.mayHold(tenantId)) return 'changes that are not published were left over';
  const progresses = await ports.setupProgresses.all(tenantId);
  const isDue = progresses.some(({ dueAt }) => dueAt !== null && Date.parse(dueAt) <= now);
  if (isDue) return 'deletions that are due were left over';
  for (const setup of setups) {
    const reason = await leftOverOf(ports, setup);
    if (reason !== null) return reason;
  }
  return null;
}

async function leftOverOf(ports: LeftOverPorts, setup: Setup): Promise<string | null> {
  const { tenantId, setupId, state } = setup;
  if (await ports.recordMatching.hasNews(setup)) return 'records or answers about them were left over';
  if (state !== 'started') return null;
  if ((await ports.removalDecisions.pending(tenantId, setupId, 1)).length > 0)
    return 'decisions about removals were left over';
  const staged = await ports.removals.list(tenantId, setupId, { after: null, limit: REMOVALS_LOOKED_AT });
  return staged.rows.some(({ kind }) => kind !== 'held') ? 'removals were left over' : null;
}
