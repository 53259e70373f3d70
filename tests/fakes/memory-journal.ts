import type { OutboxEntry } from '../../shared/core/people/outbox-entry.js';
import type { Journal, JournalEntry } from '../../shared/ports/outbox.js';
import type { Fence } from '../../shared/ports/scope.js';
import { under } from './memory-pages.js';

/** Journal entries by tenant and entry id, in the order in which they came. */
export class MemoryJournal implements Journal {
  readonly #entries = new Map<string, Map<string, JournalEntry>>();

  async head(tenantId: string): Promise<number> {
    return Promise.resolve(under(this.#entries, tenantId).size);
  }

  async append(fence: Fence, entries: readonly OutboxEntry[]): Promise<readonly JournalEntry[]> {
    fence.assertHeld();
    const stored = under(this.#entries, fence.tenantId);
    const appended = entries.map(({ entryId, ...entry }) => {
      const known = stored.get(entryId) ?? { ...entry, sequence: stored.size + 1 };
      stored.set(entryId, known);
      return known;
    });
    return Promise.resolve(appended);
  }

  async after(tenantId: string, sequence: number, limit: number): Promise<readonly JournalEntry[]> {
    return Promise.resolve([...under(this.#entries, tenantId).values()].slice(sequence, sequence + limit));
  }
}
