import type { Session } from '../session.js';

const ENTRIES_AT_ONCE = 500;

/** Publishes what came to people: into the journal, then out of the outbox. Answers whether more may be left. */
export async function relayOutbox(session: Session): Promise<'none' | 'maybeMore'> {
  const { ports, fence } = session;
  for (;;) {
    await session.keeper.renewIfDue();
    const entries = await ports.outbox.pending(fence, ENTRIES_AT_ONCE);
    if (entries.length === 0) return 'none';
    await ports.journal.append(fence, entries);
    await ports.outbox.discard(fence, entries);
    session.progressed = true;
    if (session.budgetSpent) return 'maybeMore';
  }
}
