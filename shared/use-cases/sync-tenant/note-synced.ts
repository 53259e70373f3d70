import { JOB_VERSION } from '../../core/job.js';
import { outageFacts } from '../../core/outage.js';
import { RESOURCES } from '../../core/resource.js';
import { tenantAfter, type Tenant } from '../../core/tenant.js';
import { keepsItself } from '../../core/tenant-state.js';
import { changeTenant } from '../../ports/change-tenant.js';
import { scheduleAgain } from './schedule.js';
import type { Session } from './session.js';

/** The tenant's row tells its last sync to within this, so that it is not written, and its ETag not changed, by each. */
const TOLD_WITHIN_MS = 60_000;

/** Notes on the tenant that it was synced; its first successful run, and one that mends it, set it running. */
export async function noteSynced(session: Session, runSucceeded: boolean): Promise<void> {
  const { ports, tenantId } = session;
  const now = session.now();
  const before = await ports.tenants.get(tenantId);
  const starts = runSucceeded && before !== null && !keepsItself(before.value.state);
  if (starts) await wantWhatWasRefused(session);
  await changeTenant(ports, tenantId, (tenant) => {
    if (starts) return { ...tenantAfter(tenant, { kind: 'synced', at: now }), lastSyncedAt: now };
    return wasToldLately(tenant, now) ? tenant : { ...tenant, lastSyncedAt: now };
  });
  if (starts) await setOff(session);
  if (starts && before.value.state.kind === 'parked')
    ports.log.warn('A tenant is back online', outageFacts(before.value, now));
}

/** The first sync after an outage is told at once: being parked again from then on is another outage. */
function wasToldLately({ lastSyncedAt: told, lastOutage }: Tenant, now: string): boolean {
  if (told === null || Date.parse(now) - Date.parse(told) >= TOLD_WITHIN_MS) return false;
  const backAt = lastOutage?.backAt ?? null;
  return backAt === null || Date.parse(told) >= Date.parse(backAt);
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
