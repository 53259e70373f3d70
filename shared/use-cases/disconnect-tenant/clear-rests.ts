import type { Disconnection } from '../../core/disconnection.js';
import { spreadOf } from '../../core/spread.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import type { Tenants } from '../../ports/registry.js';
import type { TenantRows } from '../../ports/tenant-rows.js';

export interface ClearRestsPorts {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly tenantRows: Pick<TenantRows, 'clearRests'>;
  readonly clock: Clock;
  readonly log: Log;
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** At most so far apart are the ticks of the timer. */
const TICK_MS = 5 * 60_000;

/** Whether to look at this tick: once an hour on the first day after the tenant was disconnected, then once a day. */
export function looksForRests({ tenantId, status, endedAt }: Disconnection, now: number): boolean {
  if (status !== 'Succeeded' || endedAt === null) return false;
  const everyMs = now - Date.parse(endedAt) < DAY_MS ? HOUR_MS : DAY_MS;
  return (now + spreadOf(`rests ${tenantId}`, everyMs)) % everyMs < TICK_MS;
}

/**
 * Removes what a host or a request that slept over the disconnection wrote afterwards. A tenant that was connected
 * again since then is left alone.
 */
export async function clearRests(ports: ClearRestsPorts, tenantId: string): Promise<void> {
  const isGone = async (): Promise<boolean> => (await ports.tenants.get(tenantId)) === null;
  if (!(await isGone())) return;
  const rows = await ports.tenantRows.clearRests(tenantId, isGone);
  if (rows > 0) ports.log.warn('Rows were removed that a late writer left of a tenant', { tenantId, rows });
}
