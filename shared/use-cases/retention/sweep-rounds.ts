import { RESOURCES } from '../../core/resource.js';
import { holdOn, type Sweep } from './sweep.js';

/** Removes what rounds saw that are over: the request that should have discarded it may have failed. */
export async function sweepRounds(sweep: Sweep): Promise<void> {
  const { ports, fence } = sweep;
  const { tenantId } = fence;
  const states = await ports.syncStates.read(tenantId);
  const underWay = new Set(RESOURCES.map((resource) => states[resource].round?.roundId));
  for (const { resource, roundId } of await ports.seen.rounds(tenantId)) {
    if (underWay.has(roundId)) continue;
    await holdOn(sweep);
    await ports.seen.discard(fence, resource, roundId);
  }
}
