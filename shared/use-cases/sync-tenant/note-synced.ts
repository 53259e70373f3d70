import { JOB_VERSION } from '../../core/job.js';
import { endedOutage } from '../../core/outage.js';
import { RESOURCES } from '../../core/resource.js';
import { isPastOutage, tenantAfter, type Tenant } from '../../core/tenant.js';
import { keepsItself } from '../../core/tenant-state.js';
import { changeTenant } from '../../ports/change-tenant.js';
import { scheduleAgain } from './schedule.js';
import type { Session } from './session.js';

/** The tenant's row tells its last sync to within this, so that it is not written, and its ETag not changed, by each. */
const TOLD_WITHIN_MS = 60_000;

/**
 * Notes on the tenant that it was synced; its first successful run, and one that mends it, set it running. With the
 * first sync after an outage that one is over, and told.
 */
export async function noteSynced(session: Session, runSucceeded: boolean): Promise<void> {
  const { ports, tenantId } = session;
  const now = session.now();
  const read = await ports.tenants.get(tenantId);
  if (read === null) return;
  let before = read.value;
  const starts = runSucceeded && !keepsItself(before.state);
  if (starts) await wantWhatWasRefused(session);
  const after = await changeTenant(ports, tenantId, (tenant) => {
    before = tenant;
    if (starts) return { ...tenantAfter(tenant, { kind: 'synced', at: now }), lastSyncedAt: now };
    return wasToldLately(tenant, now) ? tenant : { ...tenant, lastSyncedAt: now };
  });
  if (starts) await setOff(session);
  const outage = after === null ? null : endedOutage(before, after);
  if (outage !== null) ports.log.warn('A tenant is back online', outage);
}

/** The first sync after an outage is told at once: being parked again from then on is another outage. */
function wasToldLately(tenant: Tenant, now: string): boolean {
  const { lastSyncedAt: told, lastOutage } = tenant;
  if (told === null || Date.parse(now) - Date.parse(told) >= TOLD_WITHIN_MS) return false;
  return lastOutage?.backAt == null || isPastOutage(tenant);
}

/** Until now the tenant's notifications were refused: what they might have told is read. */
async function wantWhatWasRefused(session: Session): Promise<void> {
  const since = session.now();
  for (const resource of RESOURCES) {
    await session.ports.syncStates.want(session.tenantId, resource, { full: false, since });
  }
}

async function setOff({ ports, tenantId }: Session): Promise<void> {
  const common = { version: JOB_VERSION, tenantId, attempt: 0 } as const;
  await scheduleAgain(ports, { ...common, kind: 'subscriptions' }, 0, 0);
  await scheduleAgain(ports, { ...common, kind: 'continue', reason: 'running' }, 0, 0);
}
