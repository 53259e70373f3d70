import { backoffMs } from '../../core/failure-outcome.js';
import { BadPage, Throttled, Unavailable } from '../../core/failures.js';
import type { LeaseKeeper } from './lease-keeper.js';
import type { SyncPorts, SyncSettings } from './ports.js';

/** A wait longer than this is left to a later job, so that the slot serves other tenants meanwhile. */
const LONGEST_WAIT_HERE_MS = 20_000;
/** Waits are cut into pieces so that the lease lives on through them. */
const WAIT_PIECE_MS = 5_000;
const TRIES = 3;

/**
 * Asks Graph again where that is worth it at once: after the time it named, or shortly after a passing fault or a
 * page that was no page (three tries). What lasts longer is thrown on.
 */
export async function patiently<Answer>(
  ports: Pick<SyncPorts, 'clock' | 'chance'>,
  settings: Pick<SyncSettings, 'retry'>,
  keeper: LeaseKeeper,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  let waitedForThrottling = 0;
  for (let tries = 1; ; tries += 1) {
    await keeper.renewIfDue();
    try {
      return await ask();
    } catch (failure) {
      const pause = pauseBefore(failure, tries, settings.retry.firstMs, ports.chance.fraction());
      if (pause === null || waitedForThrottling + pause > LONGEST_WAIT_HERE_MS) throw failure;
      if (failure instanceof Throttled) {
        waitedForThrottling += pause;
        tries -= 1;
      }
      await waitInPieces(ports, keeper, pause);
    }
  }
}

/** Null: do not try again here. */
function pauseBefore(failure: unknown, tries: number, firstMs: number, chance: number): number | null {
  const short = { firstMs: firstMs / 10, longestMs: firstMs, attempts: TRIES };
  if (failure instanceof Throttled) return Math.ceil(failure.retryAfterMs ?? backoffMs(tries, short, chance));
  if (tries >= TRIES) return null;
  if (failure instanceof BadPage) return backoffMs(tries, short, chance);
  if (failure instanceof Unavailable)
    return Math.max(failure.retryAfterMs ?? 0, backoffMs(tries, short, chance));
  return null;
}

async function waitInPieces(
  ports: Pick<SyncPorts, 'clock'>,
  keeper: LeaseKeeper,
  pause: number,
): Promise<void> {
  for (let left = pause; left > 0; left -= WAIT_PIECE_MS) {
    await ports.clock.wait(Math.min(left, WAIT_PIECE_MS));
    await keeper.renewIfDue();
  }
}
