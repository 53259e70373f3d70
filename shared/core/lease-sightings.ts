import { BoundedMemory } from './bounded-memory.js';

const REMEMBERED_TENANTS = 10_000;

/**
 * Since when this process has seen tenants' leases unchanged, by its own monotonic clock. A lease that lives changes
 * at each renewal, well within its length: one that stood still for all of that is given up by its holder. Its written
 * end is no proof, since the clock that wrote it and the one that reads it may be minutes apart.
 */
export class LeaseSightings {
  readonly #seen = new BoundedMemory<{ readonly tag: string; readonly since: number }>(REMEMBERED_TENANTS);

  /**
   * For how many more milliseconds the lease has to stand still before it may be taken over; 0 or less if it may be.
   * @param tag of the lease's row, as it was just read
   * @param at by the monotonic clock, from after that read
   */
  leftMs(tenantId: string, tag: string, lengthMs: number, at: number): number {
    const seen = this.#seen.get(tenantId);
    const since = seen?.tag === tag ? seen.since : at;
    this.#seen.set(tenantId, { tag, since });
    return since + lengthMs - at;
  }
}
