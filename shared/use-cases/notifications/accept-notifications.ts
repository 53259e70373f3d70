import { BoundedMemory } from '../../core/bounded-memory.js';
import { jobsFor, type Arrival, type CoalescingSettings } from '../../core/coalescing.js';
import { Windows } from '../../core/windows.js';
import type { Chance } from '../../ports/clock.js';
import type { NotificationClaim } from '../../core/notification.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { Log } from '../../ports/log.js';
import { createJudgeClaims, type JudgeClaimsPorts } from './judge-claims.js';
import { noteRefusals, type RefusalCounts } from './note-refusals.js';
import { queueJobs } from './queue-jobs.js';

export interface AcceptNotificationsPorts extends JudgeClaimsPorts {
  readonly queue: JobQueue;
  readonly chance: Pick<Chance, 'newId'>;
  readonly log: Log;
}

interface AcceptanceSummary {
  readonly accepted: number;
  readonly refused: RefusalCounts;
}

/** What a change notification claims. */
export interface ChangeClaim extends NotificationClaim {
  /** When the change happened by its own account, epoch milliseconds; null or absent where it tells none. */
  readonly eventAt?: number | null;
}

/** Takes the notifications of one request; null stands for an item that has not the form of one. */
export type AcceptNotifications = (claims: readonly (ChangeClaim | null)[]) => Promise<AcceptanceSummary>;

/** Ids of one instance that the broker confirmed; enough for minutes of many tenants' windows. */
const REMEMBERED_IDS = 10_000;

/**
 * Verifies notifications and queues the jobs that cover them: no Graph call, and at most one point read per distinct
 * subscription of a connected tenant, besides one per tenant and minute. The refused are counted, never told to the
 * sender.
 * @throws Unavailable where the jobs could not be queued: whoever sent the notifications has to send them again
 */
export function createAcceptNotifications(
  ports: AcceptNotificationsPorts,
  settings: CoalescingSettings,
): AcceptNotifications {
  const confirmed = new BoundedMemory<true>(REMEMBERED_IDS);
  const judge = createJudgeClaims(ports);
  const windows = new Windows(settings.skewMs, () => ports.chance.newId());
  return async (claims) => {
    const instant = windows.instant(ports.clock.now());
    const verdicts = await judge(claims);
    const arrivals = verdicts.flatMap((verdict, index): Arrival[] => {
      if (verdict.kind === 'refused') return [];
      const { tenantId, resource } = verdict;
      return [{ tenantId, resource, ...instant, told: { eventAt: claims[index]?.eventAt ?? null } }];
    });
    const jobs = jobsFor(arrivals, settings).filter((job) => !confirmed.has(job.messageId));
    await queueJobs(ports.queue, jobs);
    for (const job of jobs) confirmed.set(job.messageId, true);
    return { accepted: arrivals.length, refused: noteRefusals(ports.log, verdicts) };
  };
}
