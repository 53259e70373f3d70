import { JOB_VERSION } from '../../core/job.js';
import { ActiveRuns } from './active-runs.js';
import { scheduleAgain } from './schedule.js';
import type { Session } from './session.js';
import type { WakeUp } from './wake-up.js';
import type { WorkEnd } from './work.js';

/** What follows from a job's work that came to an end without a failure. */
export async function concludeWork(session: Session, job: WakeUp, end: WorkEnd): Promise<void> {
  const { ports, settings, tenantId } = session;
  switch (end.kind) {
    case 'paused':
      return;
    case 'continueLater': {
      const next = {
        version: JOB_VERSION,
        kind: 'continue',
        tenantId,
        attempt: 0,
        reason: 'budget',
      } as const;
      await scheduleAgain(ports, next, 0, settings.continuationDelayMs);
      return;
    }
    case 'done':
      await recordUnattended(session, job, end);
      return;
  }
}

/** Changes that no run asked for leave a run of their own, so that everybody can see what happened. */
async function recordUnattended(
  session: Session,
  job: WakeUp,
  end: Extract<WorkEnd, { kind: 'done' }>,
): Promise<void> {
  if (end.unattended.length === 0) return;
  const runs = new ActiveRuns(session.ports, session.tenantId);
  const states = end.unattended.map((resource) => session.states[resource]);
  const { heldSince } = end;
  await runs.recordUnattended(job, states, session.ports.chance.newId(), { now: session.now(), heldSince });
}
