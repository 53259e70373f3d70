import { JOB_VERSION } from '../../core/job.js';
import { RESOURCES } from '../../core/resource.js';
import { newRun } from '../../core/run.js';
import { runIdAt } from '../../core/run-id.js';
import { tenantAfter, type Tenant } from '../../core/tenant.js';
import { keepsItself } from '../../core/tenant-state.js';
import { changeTenant } from '../../ports/change-tenant.js';
import { scheduleAgain } from './schedule.js';
import type { Session } from './session.js';

/**
 * Sets the tenant running where one of its setups is started, and still where none is any more. The setups are the
 * truth and the tenant's state what triggers go by, so that neither a notification nor a timer has to read setups;
 * every job brings it in line, whatever crash came between the two.
 */
export async function followSetups(session: Session, tenant: Tenant, started: boolean): Promise<void> {
  const followed = (seen: Tenant): Tenant =>
    tenantAfter(seen, { kind: 'setups', at: session.now(), started });
  const after = followed(tenant);
  if (after === tenant) return;
  // Before it runs: until now its notifications were refused, and perhaps nothing was ever read.
  if (keepsItself(after.state)) {
    await wantWhatWasRefused(session);
    await showFirstSync(session);
  }
  await changeTenant(session.ports, tenant.tenantId, followed);
  // Makes its subscriptions, or ends them.
  await requestUpkeep(session);
}

/** Until now the tenant's notifications were refused: what they might have told is read. */
export async function wantWhatWasRefused(session: Session): Promise<void> {
  const since = session.now();
  for (const resource of RESOURCES)
    await session.ports.syncStates.want(session.tenantId, resource, { full: false, since });
}

/** A first sync takes its time: a run shows how far it is. One that is asked for shows it as well. */
async function showFirstSync(session: Session): Promise<void> {
  const { ports, tenantId, states } = session;
  const unread = RESOURCES.every((resource) => states[resource].pristine);
  if (!unread || (await ports.runs.active(tenantId)).length > 0) return;
  const runId = runIdAt(ports.clock.now(), ports.chance.newId());
  const asked = { tenantId, runId, jobs: RESOURCES, full: false, requestedAt: session.now() };
  await ports.runs.request(newRun({ ...asked, trigger: 'poll' }), 'first');
}

export async function requestUpkeep({ ports, tenantId }: Session): Promise<void> {
  await scheduleAgain(ports, { version: JOB_VERSION, tenantId, attempt: 0, kind: 'subscriptions' }, 0, 0);
}
