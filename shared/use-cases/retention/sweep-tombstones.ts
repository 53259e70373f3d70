import { spreadOf } from '../../core/spread.js';
import { keptSince } from '../../core/retention.js';
import type { Sweep } from './sweep.js';

const DAY_MS = 24 * 60 * 60_000;
/** All people are looked through in so many days. */
const ROUND_DAYS = 7;

/**
 * Removes people who were removed long ago, in some buckets each day. Their versions are remembered first, so that
 * those of a person who returns go on.
 */
export async function sweepTombstones({ ports, tenant, fence, keeper, now }: Sweep): Promise<void> {
  const { tenantId, bucketCount } = tenant;
  if (bucketCount === null) return;
  const before = keptSince('tombstone', now);
  const turn = Math.floor((now + spreadOf(`sweep ${tenantId}`, DAY_MS)) / DAY_MS) % ROUND_DAYS;
  for (const { setupId } of await ports.setups.all(tenantId)) {
    for (let bucket = turn; bucket < bucketCount; bucket += ROUND_DAYS) {
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
