import type { CoalescingSettings } from '../../core/coalescing.js';
import { isKnownEvent, jobsForEvents, type LifecycleEvent } from '../../core/lifecycle-event.js';
import type { NotificationClaim } from '../../core/notification.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { Log } from '../../ports/log.js';
import { createJudgeClaims, type JudgeClaimsPorts } from './judge-claims.js';
import { noteRefusals, type RefusalCounts } from './note-refusals.js';
import { queueJobs } from './queue-jobs.js';

export interface AcceptLifecycleEventsPorts extends JudgeClaimsPorts {
  readonly queue: JobQueue;
  readonly log: Log;
}

/** What a lifecycle notification claims. */
export interface LifecycleClaim extends NotificationClaim {
  readonly event: string;
}

/** Takes the lifecycle notifications of one request; null stands for an item that has not the form of one. */
export type AcceptLifecycleEvents = (
  claims: readonly (LifecycleClaim | null)[],
) => Promise<{ readonly accepted: number; readonly refused: RefusalCounts }>;

/**
 * Verifies what Graph tells of subscriptions, as notifications are verified, and queues the jobs that answer it.
 * @throws Unavailable where the jobs could not be queued: whoever sent the events has to send them again
 */
export function createAcceptLifecycleEvents(
  ports: AcceptLifecycleEventsPorts,
  settings: CoalescingSettings,
): AcceptLifecycleEvents {
  const judge = createJudgeClaims(ports);
  return async (claims) => {
    const at = ports.clock.now();
    const verdicts = await judge(claims);
    const events = verdicts.flatMap((verdict, index): LifecycleEvent[] => {
      const claim = claims[index];
      if (verdict.kind === 'refused' || claim === null || claim === undefined) return [];
      return [{ tenantId: verdict.tenantId, resource: verdict.resource, event: claim.event, at }];
    });
    for (const { tenantId, resource, event } of events) {
      if (!isKnownEvent(event))
        ports.log.warn('Graph told an unknown lifecycle event', { tenantId, resource, event });
    }
    await queueJobs(ports.queue, jobsForEvents(events, settings));
    return { accepted: events.length, refused: noteRefusals(ports.log, verdicts) };
  };
}
