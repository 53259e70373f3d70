import type { JournalEntry } from './outbox.js';
import type { Fence } from './scope.js';

/** An entry that holds values, without them. */
export interface ValuedEntry extends Pick<JournalEntry, 'sequence' | 'kind' | 'subject' | 'setupId'> {
  /** `yyyyMM` */
  readonly month: string;
}

/** How the journal ends. Every method may throw Unavailable or Throttled; fenced ones also LeaseLost. */
export interface JournalRetention {
  /**
   * Forgets the months before that one (`yyyyMM`); sequences go on all the same.
   * @param now ISO 8601 UTC: its month is begun if the tenant has no later one
   */
  forgetBefore(fence: Fence, month: string, now: string): Promise<void>;
  /** Entries that were made before the instant and hold values, page by page. */
  valued(tenantId: string, before: string): AsyncIterable<readonly ValuedEntry[]>;
  /** Removes the values of these entries. */
  redact(fence: Fence, entries: readonly ValuedEntry[]): Promise<void>;
  /** Months (`yyyyMM`) of which there is a table, over all tenants, oldest first. */
  months(): Promise<readonly string[]>;
  /** Months that a tenant has not forgotten. */
  monthsOf(tenantId: string): Promise<readonly string[]>;
  /** Removes the table of a month that every tenant has forgotten; absent is no fault. */
  drop(month: string): Promise<void>;
}
