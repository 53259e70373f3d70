import { waitingSetup } from '../core/issues/setup-health.js';
import { withHealth } from '../core/issues/tenant-health.js';
import type { Setup } from '../core/setup/setup.js';
import { changeTenant } from './change-tenant.js';
import type { Tenants } from './registry.js';
import type { Setups } from './setups.js';

/**
 * Records on the tenant's row which setup is to be started next, after one was saved, started, paused or removed; its
 * next step names it. Whoever looks at the setups later records the same: each job, and the timer `nightly-run` while
 * none is started.
 * @throws Unavailable, Throttled; asking again is safe
 */
export async function recordWaitingSetup(
  ports: { readonly tenants: Tenants; readonly setups: Pick<Setups, 'all'> },
  tenantId: string,
): Promise<void> {
  await recordFoundSetups(ports, tenantId, await ports.setups.all(tenantId));
}

/** The same by setups that were just read. */
export async function recordFoundSetups(
  ports: { readonly tenants: Tenants },
  tenantId: string,
  setups: readonly Setup[],
): Promise<void> {
  await changeTenant(ports, tenantId, (tenant) => withHealth(tenant, { waitingSetup: waitingSetup(setups) }));
}
