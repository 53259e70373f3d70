import type { OutboxEntry } from '../core/people/outbox-entry.js';
import type { Fence } from './scope.js';

export type { OutboxEntry } from '../core/people/outbox-entry.js';

export interface JournalEntry extends Omit<OutboxEntry, 'entryId'> {
  /** Per tenant, ascending without repetition. */
  readonly sequence: number;
}

/** Outbox rows, and the journal they go to. Every method may throw Unavailable or Throttled; fenced ones LeaseLost. */
export interface Outbox {
  /** At most `limit` entries, those of one person in their order; empty only where none is left. */
  pending(fence: Fence, limit: number): Promise<readonly OutboxEntry[]>;
  /** Whether entries may be left, asked by those who have no lease. */
  mayHold(tenantId: string): Promise<boolean>;
  /** After they stand in the journal; absent ones are no fault. */
  discard(fence: Fence, entries: readonly OutboxEntry[]): Promise<void>;
}

export interface Journal {
  /** The last sequence given; 0 at first. */
  head(tenantId: string): Promise<number>;
  /**
   * Gives the next sequences in the order of the entries and appends; an entry that stands there already keeps the
   * sequence it has. Answers them in the order given.
   */
  append(fence: Fence, entries: readonly OutboxEntry[]): Promise<readonly JournalEntry[]>;
  /** After that sequence, in order; at most `limit`, none only where there are no more. */
  after(tenantId: string, sequence: number, limit: number): Promise<readonly JournalEntry[]>;
}
