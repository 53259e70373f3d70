import { jobsFor, type CoalescedJob, type CoalescingSettings } from './coalescing.js';
import { JOB_VERSION } from './job.js';
import type { Resource } from './resource.js';

/** What Graph tells of a subscription itself, once it is verified. */
export interface LifecycleEvent {
  readonly tenantId: string;
  readonly resource: Resource;
  /** As Graph names it: an event of tomorrow is none that we know. */
  readonly event: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * What an event asks for. Of users and groups Graph tells only `reauthorizationRequired`; the others are those of
 * other resources, and cost little where they come all the same.
 * Source: concepts/change-notifications-lifecycle-events.md.
 */
function needsOf(event: string): {
  readonly renewal: boolean;
  readonly read: boolean;
  readonly known: boolean;
} {
  switch (event) {
    case 'reauthorizationRequired':
      return { renewal: true, read: false, known: true };
    // Renewing tells that it is gone; what is made in its place reads what changed meanwhile.
    case 'subscriptionRemoved':
      return { renewal: true, read: false, known: true };
    case 'missed':
      return { renewal: false, read: true, known: true };
    default:
      return { renewal: true, read: true, known: false };
  }
}

export function isKnownEvent(event: string): boolean {
  return needsOf(event).known;
}

/** Events of one tenant within one window share a job, which runs after it: Graph asks for both resources at once. */
const RENEWAL_WINDOW_MS = 10_000;

/** The jobs that answer these events, each once; sending one again is harmless. */
export function jobsForEvents(
  events: readonly LifecycleEvent[],
  settings: CoalescingSettings,
): readonly CoalescedJob[] {
  const renewals = new Map<string, CoalescedJob>();
  for (const event of events.filter(({ event }) => needsOf(event).renewal)) {
    const job = renewalOf(event, settings);
    renewals.set(job.messageId, job);
  }
  const missed = events.filter(({ event }) => needsOf(event).read);
  return [...renewals.values(), ...jobsFor(missed, settings)];
}

function renewalOf({ tenantId, at }: LifecycleEvent, { skewMs }: CoalescingSettings): CoalescedJob {
  const window = Math.floor(at / RENEWAL_WINDOW_MS);
  return {
    messageId: `lifecycle:${tenantId}:${window}`,
    job: { version: JOB_VERSION, tenantId, attempt: 0, kind: 'subscriptions', renewAll: true },
    dueAt: (window + 1) * RENEWAL_WINDOW_MS + 2 * skewMs,
  };
}
