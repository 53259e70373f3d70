import { JOBS } from '../../core/resource.js';
import { tenantAfter, type Tenant } from '../../core/tenant.js';
import { changeTenant } from '../../ports/change-tenant.js';
import type { Log } from '../../ports/log.js';
import { ActiveRuns } from './active-runs.js';
import { refusePersonSyncs } from './person-sync/refuse-person-syncs.js';
import type { SyncPorts, SyncSettings } from './ports.js';
import { scheduleAgain } from './schedule.js';
import type { WakeUp } from './wake-up.js';

/** Why a tenant is parked and what mends it, a sentence each. */
export interface ParkingWords {
  readonly reason: string;
  readonly fix: string;
}

/**
 * Stops a tenant until it is mended: its runs fail with the reason, what is wanted stays wanted. Its owner is told once
 * for an outage, also where it is let in and parked again in between.
 * @param stillHolds whether the reason holds for the tenant as it is now; where it was mended meanwhile the job comes
 * back in place of parking
 */
export async function parkTenant(
  ports: SyncPorts,
  settings: SyncSettings,
  job: WakeUp,
  { reason, fix }: ParkingWords,
  stillHolds: (tenant: Tenant) => boolean,
): Promise<void> {
  const { tenantId } = job;
  const now = new Date(ports.clock.now()).toISOString();
  let before: Tenant | null = null;
  const parked = await changeTenant(ports, tenantId, (tenant) => {
    before = tenant;
    return stillHolds(tenant) ? tenantAfter(tenant, { kind: 'refused', at: now, reason, fix }) : tenant;
  });
  if (parked !== null && !stillHolds(parked)) {
    await scheduleAgain(ports, job, 0, settings.continuationDelayMs);
    return;
  }
  const runs = new ActiveRuns(ports, tenantId);
  await runs.load();
  await runs.failThose(JOBS, { code: 'TenantParked', message: `${reason} ${fix}` }, now);
  await refusePersonSyncs(ports, tenantId, { code: 'TenantParked', message: `${reason} ${fix}` });
  tell(ports.log, before, parked, { reason, fix });
}

function tell(log: Log, before: Tenant | null, after: Tenant | null, words: ParkingWords): void {
  if (after?.state.kind !== 'parked') return;
  const { tenantId, owner, lastOutage } = after;
  const facts = { tenantId, owner: owner?.mail ?? null, ...words };
  if (before?.lastOutage?.parkedAt === lastOutage?.parkedAt) log.info('A tenant stays parked', facts);
  else log.error('A tenant was parked', facts);
}
