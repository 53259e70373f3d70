import { withDeadLetters } from '../core/issues/dead-letters.js';
import type { TenantWalk } from '../ports/tenant-walk.js';
import { recordDeadLetters, type RecordDeadLettersPorts } from '../ports/record-dead-letters.js';
import type { DeadLetters } from '../ports/sync-state.js';

export interface TrackDeadLettersPorts extends RecordDeadLettersPorts {
  readonly deadLetters: Pick<DeadLetters, 'count' | 'countAll'>;
  readonly walkTenants: TenantWalk;
}

/**
 * One tick of the upkeep timer: records how many dead letters each tenant has, if its row says otherwise, since a crash
 * may come between a letter and the record of it.
 * @throws AggregateError after all tenants were tried, if some failed
 */
export function createTrackDeadLetters(ports: TrackDeadLettersPorts): () => Promise<void> {
  return async () => {
    const counts = await ports.deadLetters.countAll();
    const at = new Date(ports.clock.now()).toISOString();
    await ports.walkTenants(async (tenant) => {
      const { tenantId } = tenant;
      if (withDeadLetters(tenant, counts.get(tenantId) ?? 0, at) !== tenant)
        await recordDeadLetters(ports, tenantId);
    });
  };
}
