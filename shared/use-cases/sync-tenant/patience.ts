import { backoffMs } from '../../core/failure-outcome.js';
import { BadPage, Throttled, Unavailable } from '../../core/failures.js';
import type { LeaseKeeper } from './lease-keeper.js';
import type { SyncPorts, SyncSettings } from './ports.js';

/** A wait longer than this is left to a later job, so that the slot serves other tenants meanwhile. */
const LONGEST_WAIT_HERE_MS = 20_000;
/** Waits are cut into pieces so that the lease lives on through them. */
const WAIT_PIECE_MS = 5_000;
/** Of a request that failed in passing or brought a page that was no page. Throttled ones are bounded by time. */
const TRIES = 3;

/** The time before which Graph wants no request of this tenant, by the monotonic clock; shared by all that ask. */
export interface Pace {
  notBefore: number;
}

/**
 * Asks Graph again where that is worth it at once: no earlier than it named and later each time it says so, or
 * shortly after a passing fault or a page that was no page. What lasts longer is thrown on. What one request is
 * told to wait, the others of the tenant wait too.
 */
export async function patiently<Answer>(
  ports: Pick<SyncPorts, 'clock' | 'chance'>,
  settings: Pick<SyncSettings, 'retry'>,
  keeper: LeaseKeeper,
  pace: Pace,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const failed = { throttled: 0, otherwise: 0, waitedMs: 0 };
  for (;;) {
    await waitInPieces(ports, keeper, pace.notBefore - ports.clock.monotonic());
    try {
      return await ask();
    } catch (failure) {
      const isThrottled = failure instanceof Throttled;
      const tries = isThrottled ? (failed.throttled += 1) : (failed.otherwise += 1);
      const pause = pauseBefore(failure, tries, settings.retry.firstMs, ports.chance.fraction());
      failed.waitedMs += pause ?? 0;
      if (pause === null || failed.waitedMs > LONGEST_WAIT_HERE_MS) throw failure;
      if (isThrottled) pace.notBefore = Math.max(pace.notBefore, ports.clock.monotonic() + pause);
      else await waitInPieces(ports, keeper, pause);
    }
  }
}

/** Null: do not try again here. */
function pauseBefore(failure: unknown, tries: number, firstMs: number, chance: number): number | null {
  const growing = backoffMs(tries, { firstMs: firstMs / 10, longestMs: firstMs, attempts: TRIES }, chance);
  if (failure instanceof Throttled) return Math.max(Math.ceil(failure.retryAfterMs ?? 0), growing);
  if (tries >= TRIES) return null;
  if (failure instanceof BadPage) return growing;
  if (failure instanceof Unavailable) return Math.max(failure.retryAfterMs ?? 0, growing);
  return null;
}

async function waitInPieces(
  ports: Pick<SyncPorts, 'clock'>,
  keeper: LeaseKeeper,
  pause: number,
): Promise<void> {
  await keeper.renewIfDue();
  for (let left = pause; left > 0; left -= WAIT_PIECE_MS) {
    await ports.clock.wait(Math.min(left, WAIT_PIECE_MS));
    await keeper.renewIfDue();
  }
}
