import type { ResourceState } from './round.js';
import { spreadOf } from './spread.js';

const MINUTE_MS = 60_000;

/** How often a tenant's directory is asked for changes where nobody says otherwise, in minutes; and the limits. */
export const POLL_EVERY_MINUTES = 240;
export const FEWEST_POLL_MINUTES = 15;
export const MOST_POLL_MINUTES = 1_440;

/** At most so far apart do the ticks lie that look what is due. */
const POLL_TICK_MS = 5 * MINUTE_MS;

export interface PollPicture {
  readonly tenantId: string;
  readonly state: ResourceState;
  /** Whether somebody wants a round of the resource already. */
  readonly wanted: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
  /** How often the resource is to be read at least. */
  readonly everyMs: number;
}

/**
 * Whether a resource is to be polled: its last completed round, whatever asked for it, began so long ago that at the
 * next tick it might be too late. Each tenant is up to a quarter early, by its id, so that tenants which were read
 * together do not stay together. What is wanted or under way needs no poll.
 *
 * A round that was given up on, or a resource that was never read to its end, tells no time that a next try could be
 * reckoned from: it is tried by the clock instead, once in the interval.
 */
export function pollDue({ tenantId, state, wanted, now, everyMs }: PollPicture): boolean {
  if (wanted || (state.round !== null && !state.round.halted)) return false;
  const early = spreadOf(`poll ${tenantId}`, everyMs / 4);
  if (state.round !== null || state.last === null) return (now + early) % everyMs < tickOf(everyMs);
  const passedMs = now - Date.parse(state.last.beganAt);
  // A round that began in the future began by a clock that was wrong: nobody knows when it was.
  return passedMs >= everyMs - tickOf(everyMs) - early || passedMs < -MINUTE_MS;
}

/** A tick and a little more, since ticks may come late; of short intervals a part. */
function tickOf(everyMs: number): number {
  return Math.min(everyMs / 2, POLL_TICK_MS + MINUTE_MS);
}

/** One poll of a tenant may be asked for in a minute: a tick that comes doubly asks for one. */
export function pollId(tenantId: string, now: number): string {
  return `poll:${tenantId}:${Math.floor(now / MINUTE_MS)}`;
}
