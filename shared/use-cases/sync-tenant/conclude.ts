import { JOB_VERSION } from '../../core/job.js';
import type { FreshnessKeeper } from './freshness-keeper.js';
import { scheduleAgain } from './schedule.js';
import type { Session } from './session.js';
import type { WorkEnd } from './work.js';

/** What follows from a job's work that came to an end without a failure. */
export async function concludeWork(
  session: Session,
  end: WorkEnd,
  announced: ReturnType<FreshnessKeeper['announcedForPeople']>,
): Promise<void> {
  const { ports, settings, tenantId } = session;
  switch (end.kind) {
    case 'paused':
    case 'done':
      return;
    case 'continueLater': {
      const next = {
        version: JOB_VERSION,
        kind: 'continue',
        tenantId,
        attempt: 0,
        reason: 'budget',
        ...(announced !== undefined && { announced }),
      } as const;
      await scheduleAgain(ports, next, 0, settings.continuationDelayMs);
      return;
    }
  }
}
