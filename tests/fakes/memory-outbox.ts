import { placeOf, type OutboxEntry } from '../../shared/core/people/outbox-entry.js';
import type { Outbox } from '../../shared/ports/outbox.js';
import type { Fence } from '../../shared/ports/scope.js';
import { inKeyOrder, under } from './memory-pages.js';

/** Entries by tenant and place. */
export class MemoryOutbox implements Outbox {
  readonly #entries = new Map<string, Map<string, OutboxEntry>>();

  /** What a write of a person or host does in its transaction. */
  put(tenantId: string, entry: OutboxEntry): void {
    under(this.#entries, tenantId).set(keyOf(entry), entry);
  }

  /** Entries of one kind and setup, of whom `concerns` says yes. */
  clear(
    tenantId: string,
    setupId: string,
    kind: OutboxEntry['kind'],
    concerns: (directoryId: string) => boolean,
  ): void {
    const entries = under(this.#entries, tenantId);
    for (const [key, entry] of entries) {
      if (entry.kind === kind && entry.setupId === setupId && concerns(placeOf(entry).directoryId))
        entries.delete(key);
    }
  }

  async pending(fence: Fence, limit: number): Promise<readonly OutboxEntry[]> {
    const entries = inKeyOrder(under(this.#entries, fence.tenantId));
    return Promise.resolve(entries.slice(0, limit).map(([, entry]) => entry));
  }

  async mayHold(tenantId: string): Promise<boolean> {
    return Promise.resolve(under(this.#entries, tenantId).size > 0);
  }

  async discard(fence: Fence, entries: readonly OutboxEntry[]): Promise<void> {
    fence.assertHeld();
    const stored = under(this.#entries, fence.tenantId);
    for (const entry of entries) stored.delete(keyOf(entry));
    return Promise.resolve();
  }
}

function keyOf(entry: OutboxEntry): string {
  return JSON.stringify([entry.kind, ...placeOf(entry).parts]);
}
