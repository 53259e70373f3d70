import { firstReading, type FirstReading } from '../core/first-reading.js';
import type { SyncStates } from '../ports/sync-state.js';

/** Returns how far the first read of a tenant's directory is. */
export async function readFirstReading(
  { syncStates }: { readonly syncStates: Pick<SyncStates, 'read' | 'wants'> },
  tenantId: string,
): Promise<FirstReading> {
  const [states, wants] = await Promise.all([syncStates.read(tenantId), syncStates.wants(tenantId)]);
  return firstReading(states, wants.length > 0);
}
