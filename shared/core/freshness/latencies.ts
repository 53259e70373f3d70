import { addedUp, NO_DURATIONS, withDuration, type DurationHistogram } from './duration-histogram.js';

/** How long changes took on their way, one count for each object that changed. */
export interface Latencies {
  /** From the arrival of the notification until the change stands in the mirror. */
  readonly notificationToMirror: DurationHistogram;
  /** From the arrival of the notification until the people that it concerns are written and published. */
  readonly notificationToPeople: DurationHistogram;
  /** From the change by Graph's own account until it stands in the mirror. */
  readonly eventToMirror: DurationHistogram;
}

export const NO_LATENCIES: Latencies = {
  notificationToMirror: NO_DURATIONS,
  notificationToPeople: NO_DURATIONS,
  eventToMirror: NO_DURATIONS,
};

/** Changes that a notification announced, and when; of several that share a job the earliest. Epoch milliseconds. */
export interface Announced {
  readonly arrivedAt: number;
  /** Null where Graph told none. */
  readonly eventAt: number | null;
  /** How many objects changed. */
  readonly changes: number;
}

/** An account of Graph's that is older than it ever tries to deliver something tells nothing of our speed. */
const OLDEST_EVENT_MS = 24 * 60 * 60_000;

/** @param at when they stood in the mirror, epoch milliseconds */
export function mirrored(
  latencies: Latencies,
  { arrivedAt, eventAt, changes }: Announced,
  at: number,
): Latencies {
  const { notificationToMirror, eventToMirror } = latencies;
  const sinceEvent = eventAt === null ? null : at - eventAt;
  return {
    ...latencies,
    notificationToMirror: withDuration(notificationToMirror, at - arrivedAt, changes),
    eventToMirror:
      sinceEvent === null || sinceEvent > OLDEST_EVENT_MS
        ? eventToMirror
        : withDuration(eventToMirror, sinceEvent, changes),
  };
}

/** @param at when their people were written, epoch milliseconds */
export function derived(
  latencies: Latencies,
  { arrivedAt, changes }: Pick<Announced, 'arrivedAt' | 'changes'>,
  at: number,
): Latencies {
  const notificationToPeople = withDuration(latencies.notificationToPeople, at - arrivedAt, changes);
  return { ...latencies, notificationToPeople };
}

export function addedLatencies(all: readonly Latencies[]): Latencies {
  return {
    notificationToMirror: addedUp(all.map(({ notificationToMirror }) => notificationToMirror)),
    notificationToPeople: addedUp(all.map(({ notificationToPeople }) => notificationToPeople)),
    eventToMirror: addedUp(all.map(({ eventToMirror }) => eventToMirror)),
  };
}
