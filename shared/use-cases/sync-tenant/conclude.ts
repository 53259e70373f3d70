import { JOB_VERSION } from '../../core/job.js';
import type { Tenant } from '../../core/tenant.js';
import { ActiveRuns } from './active-runs.js';
import { changeTenant } from './change-tenant.js';
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
      if (session.progressed) await noteSynced(session, end.succeededRuns > 0);
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
  await runs.recordUnattended(job, states, session.ports.chance.newId(), session.now());
}

/** After its first successful run a tenant runs by itself: its subscriptions are made at once. */
async function noteSynced(session: Session, runSucceeded: boolean): Promise<void> {
  const { ports, tenantId } = session;
  const now = session.now();
  const running = { kind: 'running', since: now } as const;
  const changed = await changeTenant(ports, tenantId, (tenant: Tenant) => ({
    ...tenant,
    lastSyncedAt: now,
    state: runSucceeded && tenant.state.kind !== 'running' ? running : tenant.state,
  }));
  if (changed?.state.kind !== 'running' || changed.state.since !== now) return;
  const subscribe = { version: JOB_VERSION, kind: 'subscriptions', tenantId, attempt: 0 } as const;
  await scheduleAgain(ports, subscribe, 0, 0);
}
