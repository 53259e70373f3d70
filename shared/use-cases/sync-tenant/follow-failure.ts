import { failureOutcome, type FailureOutcome } from '../../core/failure-outcome.js';
import { haltRound } from '../../core/round-steps.js';
import { ActiveRuns } from './active-runs.js';
import { changeTenant } from './change-tenant.js';
import type { SyncPorts, SyncSettings } from './ports.js';
import { scheduleAgain } from './schedule.js';
import type { Session } from './session.js';
import { setAsideJob } from './set-aside.js';
import type { WakeUp } from './wake-up.js';

/** Carries out what a failure leads to. Throws on only what is unknown. */
export async function followFailure(
  ports: SyncPorts,
  settings: SyncSettings,
  job: WakeUp,
  session: Session | null,
  failure: unknown,
): Promise<void> {
  const attempt = session?.progressed === true ? 0 : job.attempt;
  const outcome = failureOutcome(failure, attempt, settings.retry, ports.chance.fraction());
  const why = failure instanceof Error ? failure.message : String(failure);
  ports.log.warn('A job did not come to its end', {
    tenantId: job.tenantId,
    outcome: outcome.kind,
    attempt,
    why,
  });
  switch (outcome.kind) {
    case 'redeliver':
      throw failure;
    case 'comeBack':
      await scheduleAgain(ports, job, attempt + 1, outcome.delayMs);
      return;
    case 'restartRound':
      await scheduleAgain(ports, job, attempt + 1, settings.continuationDelayMs);
      return;
    case 'park':
      await park(ports, job, outcome);
      return;
    case 'giveUp':
      await giveUp(ports, job, outcome);
      if (session !== null) await haltRounds(session);
      return;
  }
}

async function park(
  ports: SyncPorts,
  job: WakeUp,
  outcome: Extract<FailureOutcome, { kind: 'park' }>,
): Promise<void> {
  const now = new Date(ports.clock.now()).toISOString();
  const { reason, fix } = outcome;
  await changeTenant(ports, job.tenantId, (tenant) => ({
    ...tenant,
    state: { kind: 'parked', since: now, reason, fix, wasRunning: tenant.state.kind === 'running' },
  }));
  const runs = new ActiveRuns(ports, job.tenantId);
  await runs.load();
  await runs.failAll({ code: 'TenantParked', message: `${reason} ${fix}` }, now);
  ports.log.error('A tenant was parked', { tenantId: job.tenantId, reason, fix });
}

/** The work is given up for now: its run says so, its wants are withdrawn, and the job waits for an operator. */
async function giveUp(
  ports: SyncPorts,
  job: WakeUp,
  outcome: Extract<FailureOutcome, { kind: 'giveUp' }>,
): Promise<void> {
  const now = new Date(ports.clock.now()).toISOString();
  const error = { code: outcome.code, message: outcome.message };
  const runs = new ActiveRuns(ports, job.tenantId);
  await runs.load();
  const failed = await runs.failAll(error, now);
  if (failed === 0) await runs.recordFailure(job, error, ports.chance.newId(), now);
  for (const want of await ports.syncStates.wants(job.tenantId)) {
    await ports.syncStates.clearWant(job.tenantId, want.resource, want.tag);
  }
  await setAsideJob(ports, job, outcome.message);
}

/** A lost lease leaves the rounds to whoever holds it now. */
async function haltRounds(session: Session): Promise<void> {
  for (const state of Object.values(session.states)) {
    if (state.round !== null) await session.saveState(haltRound(state));
  }
}
