import { JOB_VERSION, type SyncJob } from '../../core/job.js';
import type { JournalTimes } from '../../core/retention.js';
import type { Tenant } from '../../core/tenant.js';
import type { Chance } from '../../ports/clock.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { Tenants } from '../../ports/registry.js';
import type { TakeTenantLease, TenantLease } from '../../ports/tenant-lease.js';
import { sweepEnded, sweepSetups } from './sweep-ended.js';
import { sweepMonths, sweepValues } from './sweep-journal.js';
import { sweepReports } from './sweep-reports.js';
import { sweepRoles } from './sweep-roles.js';
import { sweepRounds } from './sweep-rounds.js';
import { sweepUploads } from './sweep-uploads.js';
import { sweepTombstones } from './sweep-tombstones.js';
import type { Sweep, SweepPorts } from './sweep.js';

export interface SweepTenantPorts extends SweepPorts {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly takeLease: TakeTenantLease;
  readonly queue: JobQueue;
  readonly chance: Chance;
}

/** Milliseconds. */
export interface SweepSettings {
  readonly retention: JournalTimes;
  readonly jobBudgetMs: number;
  readonly continuationDelayMs: number;
}

export type SweepTenant = (job: Extract<SyncJob, { kind: 'sweep' }>) => Promise<void>;

/**
 * The daily job that removes a tenant's rows that have had their time, under its lease. Repeatable after any stop; a
 * job whose budget is spent goes on in another one.
 * @throws LeaseLost, Unavailable, Throttled
 */
export function createSweepTenant(ports: SweepTenantPorts, settings: SweepSettings): SweepTenant {
  return async ({ tenantId }) => {
    if (!mayBeSwept((await ports.tenants.get(tenantId))?.value)) return;
    const taken = await ports.takeLease(tenantId);
    if (taken.kind === 'held') return again(ports, tenantId, taken.leftMs + settings.continuationDelayMs);
    const { keeper } = taken;
    try {
      // This host may have slept since it looked, and the tenant may have been disconnected.
      const tenant = (await ports.tenants.get(tenantId))?.value;
      if (tenant === undefined) await keeper.end();
      else if (mayBeSwept(tenant) && !(await sweepAll(ports, settings, tenant, keeper)))
        await again(ports, tenantId, settings.continuationDelayMs);
    } finally {
      await keeper.release();
    }
  };
}

function mayBeSwept(tenant: Tenant | undefined): boolean {
  return tenant !== undefined && tenant.state.kind !== 'disconnecting';
}

/** Returns whether everything was removed that has had its time. */
async function sweepAll(
  ports: SweepTenantPorts,
  settings: SweepSettings,
  tenant: Tenant,
  keeper: TenantLease,
): Promise<boolean> {
  const { clock } = ports;
  const deadline = clock.monotonic() + settings.jobBudgetMs;
  const sweep: Sweep = {
    ...{ ports, tenant, keeper },
    fence: keeper.fence(tenant.tenantId, tenant.bucketCount ?? 1),
    retention: settings.retention,
    now: clock.now(),
    isBudgetSpent: () => clock.monotonic() >= deadline,
  };
  await sweepRounds(sweep);
  await sweepUploads(sweep);
  await sweepSetups(sweep);
  await sweepTombstones(sweep);
  await sweepReports(sweep);
  await sweepRoles(sweep);
  await sweepMonths(sweep);
  await sweepValues(sweep);
  return await sweepEnded(sweep);
}

async function again(ports: SweepTenantPorts, tenantId: string, delayMs: number): Promise<void> {
  const messageId = `later:${tenantId}:${ports.chance.newId()}`;
  const job = { version: JOB_VERSION, tenantId, attempt: 0, kind: 'sweep' } as const;
  await ports.queue.send([{ messageId, job, dueAt: ports.clock.now() + delayMs }]);
}
