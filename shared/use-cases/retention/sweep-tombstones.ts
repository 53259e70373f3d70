import { keptSince } from '../../core/retention.js';
import { isTurn, type Sweep } from './sweep.js';

/**
 * Removes people who were removed long ago, in some buckets each day. Their versions are remembered first, so that
 * those of a person who returns go on.
 */
export async function sweepTombstones(sweep: Sweep): Promise<void> {
  const { ports, tenant, fence, keeper, now } = sweep;
  const { tenantId, bucketCount } = tenant;
  if (bucketCount === null) return;
  const before = keptSince('tombstone', now);
  for (const { setupId } of await ports.setups.all(tenantId)) {
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      if (!isTurn(sweep, bucket)) continue;
      for await (const people of ports.people.scan(fence, setupId, bucket)) {
        await keeper.renewIfDue();
        const old = people.filter(({ status, statusSince }) => status === 'removed' && statusSince < before);
        if (old.length === 0) continue;
        await ports.personVersions.raise(fence, setupId, Math.max(...old.map(({ version }) => version)));
        await ports.people.forget(
          fence,
          setupId,
          old.map(({ directoryId }) => directoryId),
        );
      }
    }
  }
}
