import type { Setup } from '../../../core/setup/setup.js';
import type { ListPage } from '../../../ports/mirror.js';
import type { StagedRemoval } from '../../../ports/removals.js';
import type { Session } from '../session.js';

const ROWS_AT_ONCE = 1_000;

/** Whether removals are held in a setup that is not started now, so that nobody worked them out in this job. */
export async function restingSetupsHold(session: Session, setups: readonly Setup[]): Promise<boolean> {
  for (const { setupId, state } of setups)
    if (state !== 'started' && (await holds(session, setupId))) return true;
  return false;
}

async function holds({ ports, tenantId }: Session, setupId: string): Promise<boolean> {
  let after: string | null = null;
  do {
    const request = { after, limit: ROWS_AT_ONCE };
    const page: ListPage<StagedRemoval> = await ports.removals.list(tenantId, setupId, request);
    if (page.rows.some(({ kind }) => kind === 'held')) return true;
    after = page.next;
  } while (after !== null);
  return false;
}
