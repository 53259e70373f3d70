import type { Fence } from './scope.js';

/** What came to a person, as it lies beside its row until it was published. */
export interface OutboxEntry {
  /** Opaque; orders the entries of one person. */
  readonly entryId: string;
  readonly kind: 'person' | 'host';
  readonly subject: string;
  readonly setupId: string;
  /** JSON of the object before and after, null where there was or is none. */
  readonly before: string | null;
  readonly after: string | null;
  readonly changed: readonly string[];
  readonly runId: string | null;
  readonly reason: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}

export interface JournalEntry extends Omit<OutboxEntry, 'entryId'> {
  /** Per tenant, ascending without repetition. */
  readonly sequence: number;
}

/** Outbox rows, and the journal they go to. Every method may throw Unavailable or Throttled; fenced ones LeaseLost. */
export interface Outbox {
  /** Some entries, those of one person in their order; empty where none is left. */
  pending(fence: Fence, limit: number): Promise<readonly OutboxEntry[]>;
  /** After it stands in the journal. */
  discard(fence: Fence, entries: readonly OutboxEntry[]): Promise<void>;
}

export interface Journal {
  /** The last sequence given; 0 at first. */
  head(tenantId: string): Promise<number>;
  /** Gives the next sequences and appends; an entry that stands there already keeps the sequence it has. */
  append(fence: Fence, entries: readonly OutboxEntry[]): Promise<readonly JournalEntry[]>;
  /** After that sequence, in order. */
  after(tenantId: string, sequence: number, limit: number): Promise<readonly JournalEntry[]>;
}
