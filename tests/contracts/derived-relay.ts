import type { JournalEntry } from '../../shared/ports/outbox.js';
import type { Fence } from '../../shared/ports/scope.js';
import type { DerivedStores } from '../fakes/memory-derived.js';

/** Brings everything that is pending to the journal, and answers what it appended. */
export async function relayed(
  { outbox, journal }: Pick<DerivedStores, 'outbox' | 'journal'>,
  fence: Fence,
  limit = 100,
): Promise<JournalEntry[]> {
  const appended: JournalEntry[] = [];
  for (;;) {
    const entries = await outbox.pending(fence, limit);
    if (entries.length === 0) return appended;
    appended.push(...(await journal.append(fence, entries)));
    await outbox.discard(fence, entries);
  }
}
