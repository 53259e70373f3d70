import { JOB_VERSION, type SyncJob } from './job.js';
import type { Resource } from './resource.js';
import type { WindowInstant } from './windows.js';

export interface CoalescingSettings {
  /** T: notifications of one tenant and resource within one window share a job. */
  readonly windowMs: number;
  /** How far any two clocks may be from the true time, each. */
  readonly skewMs: number;
  /** How long a change may stay invisible after its notification: one more look per delay. */
  readonly trailingDelaysMs: readonly number[];
}

/** A notification that was accepted. `at`: epoch milliseconds by the clock of the instance that accepted it. */
export interface Arrival {
  readonly tenantId: string;
  readonly resource: Resource;
  readonly at: number;
  /** See `WindowInstant`; absent for none. */
  readonly era?: string;
  /** Where Graph told of a change, and of none of its own accord something is looked for: what it told of its time. */
  readonly told?: Announcement;
}

/** `eventAt`: when the change happened by Graph's own account, epoch milliseconds; null where it told none. */
export interface Announcement {
  readonly eventAt: number | null;
}

export interface CoalescedJob<Job extends SyncJob = SyncJob> {
  /** The same for all arrivals of a window, on every instance: the broker keeps the first and drops the rest. */
  readonly messageId: string;
  readonly job: Job;
  /** Epoch milliseconds from which it may be received. */
  readonly dueAt: number;
}

type NotificationJob = Extract<SyncJob, { kind: 'notification' }>;

/**
 * The jobs that cover these arrivals, each once. The job of a window becomes due when no instance's clock can be in
 * that window any more, so that its read starts after the last arrival that it stands for. Since a replica may show
 * a change later than Graph tells of it, each trailing delay d has windows of its own length d, due d after they
 * closed. Sending a job again is harmless.
 */
export function jobsFor(
  arrivals: readonly Arrival[],
  settings: CoalescingSettings,
): CoalescedJob<NotificationJob>[] {
  const jobs = new Map<string, CoalescedJob<NotificationJob>>();
  for (const arrival of arrivals) {
    for (const coalesced of jobsOf(arrival, settings)) {
      const { messageId } = coalesced;
      const known = jobs.get(messageId);
      jobs.set(messageId, known === undefined ? coalesced : earliestOf(known, coalesced));
    }
  }
  return [...jobs.values()];
}

/**
 * The job that covers everything that a setup of the tenant asked for within a window. It becomes due when no
 * instance's clock can be in that window any more, as that of notifications.
 */
export function setupJobFor(
  tenantId: string,
  { at, era }: WindowInstant,
  settings: Pick<CoalescingSettings, 'windowMs' | 'skewMs'>,
): CoalescedJob {
  const window = Math.floor(at / settings.windowMs);
  const job = { version: JOB_VERSION, tenantId, attempt: 0, kind: 'continue', reason: 'setup' } as const;
  const dueAt = (window + 1) * settings.windowMs + guardMsOf(settings);
  return { messageId: `setup:${tenantId}:${window}${era}`, job, dueAt };
}

/**
 * Whether a job needs no read of its own, because a completed round of its resource began after the job was due.
 * When that round ended says nothing: it may have read its pages before the change. A round that began in the future
 * began by a clock that was wrong, and serves nobody.
 * @param dueAt epoch milliseconds
 * @param roundBeganAt ISO 8601 UTC; null where no round was ever completed
 * @param now epoch milliseconds
 */
export function isServed(dueAt: number, roundBeganAt: string | null, now: number): boolean {
  if (roundBeganAt === null) return false;
  const beganAt = Date.parse(roundBeganAt);
  return beganAt > dueAt && beganAt <= now;
}

/** One clock late and the other early: the arrival's and the broker's, or the arrival's and the worker's. */
function guardMsOf({ skewMs }: Pick<CoalescingSettings, 'skewMs'>): number {
  return 2 * skewMs;
}

function jobsOf(arrival: Arrival, settings: CoalescingSettings): CoalescedJob<NotificationJob>[] {
  const { windowMs, trailingDelaysMs } = settings;
  const guardMs = guardMsOf(settings);
  const key = `${arrival.tenantId}:${arrival.resource}`;
  const window = Math.floor(arrival.at / windowMs);
  return [
    coalesced(arrival, `${key}:${window}`, (window + 1) * windowMs + guardMs),
    ...trailingDelaysMs.map((delayMs) => {
      const trailing = Math.floor(arrival.at / delayMs);
      return coalesced(arrival, `${key}:${delayMs}:${trailing}`, (trailing + 2) * delayMs + guardMs);
    }),
  ];
}

function coalesced(arrival: Arrival, windowId: string, dueAt: number): CoalescedJob<NotificationJob> {
  const { tenantId, resource, told, era = '' } = arrival;
  const messageId = `${windowId}${era}`;
  const job = { version: JOB_VERSION, tenantId, attempt: 0, kind: 'notification', resource, dueAt } as const;
  return { messageId, job: { ...job, ...(told === undefined ? {} : timesOf(arrival.at, told)) }, dueAt };
}

function timesOf(
  arrivedAt: number,
  { eventAt }: Announcement,
): Pick<NotificationJob, 'arrivedAt' | 'eventAt'> {
  return { arrivedAt, ...(eventAt === null ? {} : { eventAt }) };
}

/** One job of two for the same window, telling of the oldest change that waits for it. */
function earliestOf(
  one: CoalescedJob<NotificationJob>,
  other: CoalescedJob<NotificationJob>,
): CoalescedJob<NotificationJob> {
  const arrivals = [one, other].flatMap(({ job }) => job.arrivedAt ?? []);
  const events = [one, other].flatMap(({ job }) => job.eventAt ?? []);
  const told = arrivals.length === 0 ? {} : { arrivedAt: Math.min(...arrivals) };
  return {
    ...one,
    job: { ...one.job, ...told, ...(events.length === 0 ? {} : { eventAt: Math.min(...events) }) },
  };
}
