import { JOB_VERSION } from '../../core/job.js';
import { endedOutage } from '../../core/outage.js';
import { isPastOutage, tenantAfter, type Tenant } from '../../core/tenant.js';
import { changeTenant } from '../../ports/change-tenant.js';
import { noteServingSecret } from '../../ports/note-serving-secret.js';
import { requestUpkeep, wantWhatWasRefused } from './follow-setups.js';
import { scheduleAgain } from './schedule.js';
import type { Session } from './session.js';

/** The tenant's row tells its last sync to within this, so that it is not written, and its ETag not changed, by each. */
const TOLD_WITHIN_MS = 60_000;

/**
 * Notes on the tenant that it was synced; a run that succeeds mends a parked one. With the first sync after an outage
 * that one is over, and told.
 */
export async function noteSynced(session: Session, runSucceeded: boolean): Promise<void> {
  const { ports, tenantId } = session;
  const now = session.now();
  const read = await ports.tenants.get(tenantId);
  if (read === null) return;
  let before = read.value;
  const parked = before.state.kind === 'parked' ? before.state : null;
  const mends = runSucceeded && parked !== null;
  const comesBack = runSucceeded && parked?.before === 'running';
  if (comesBack) await wantWhatWasRefused(session);
  const after = await changeTenant(ports, tenantId, (tenant) => {
    before = tenant;
    if (mends) return { ...tenantAfter(tenant, { kind: 'synced', at: now }), lastSyncedAt: now };
    return wasToldLately(tenant, now) ? tenant : { ...tenant, lastSyncedAt: now };
  });
  if (comesBack) await goOn(session);
  const outage = after === null ? null : endedOutage(before, after);
  if (after === null || outage === null) return;
  ports.log.warn('A tenant is back online', outage);
  await noteServingSecret(ports, after);
}

/** The first sync after an outage is told at once: being parked again from then on is another outage. */
function wasToldLately(tenant: Tenant, now: string): boolean {
  const { lastSyncedAt: told, lastOutage } = tenant;
  if (told === null || Date.parse(now) - Date.parse(told) >= TOLD_WITHIN_MS) return false;
  return lastOutage?.backAt == null || isPastOutage(tenant);
}

async function goOn(session: Session): Promise<void> {
  const { ports, tenantId } = session;
  await requestUpkeep(session);
  const job = { version: JOB_VERSION, tenantId, attempt: 0, kind: 'continue', reason: 'running' } as const;
  await scheduleAgain(ports, job, 0, 0);
}
