import { judgeHearing } from '../hearing.js';
import type { Resource } from '../resource.js';
import type { ResourceState } from '../round.js';
import { asOfResource } from './as-of.js';
import { durationsIn, quantileOf, type DurationHistogram } from './duration-histogram.js';
import type { Latencies } from './latencies.js';

/** How long most changes took. Milliseconds, at most 9 % too long; null where there were none. */
export interface LatencyFigures {
  readonly changes: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

export type LatencyReport = Readonly<Record<keyof Latencies, LatencyFigures>>;

export function reportLatencies(latencies: Latencies): LatencyReport {
  return {
    notificationToMirror: figuresOf(latencies.notificationToMirror),
    notificationToPeople: figuresOf(latencies.notificationToPeople),
    eventToMirror: figuresOf(latencies.eventToMirror),
  };
}

function figuresOf(histogram: DurationHistogram): LatencyFigures {
  const [p50Ms, p95Ms] = [quantileOf(histogram, 0.5), quantileOf(histogram, 0.95)];
  return { changes: durationsIn(histogram), p50Ms, p95Ms };
}

/** Where one resource of a tenant stands. Instants in ISO 8601 UTC; null where it was never so. */
export interface ResourceFreshness {
  /** Whatever changed in the directory before is in the mirror. */
  readonly asOf: string | null;
  /** When a full read last proved itself against the directory's own count. */
  readonly provenAt: string | null;
  /** How old that is, whole seconds. */
  readonly provenAgeSeconds: number | null;
  /** When a notification came last, to within ten minutes. */
  readonly notifiedAt: string | null;
  /** Whether notifications come, as far as polls tell. */
  readonly notifications: 'fine' | 'doubtful' | 'silent';
}

/** @param now epoch milliseconds */
export function reportResources(
  states: Readonly<Record<Resource, ResourceState>>,
  now: number,
): Readonly<Record<Resource, ResourceFreshness>> {
  return { users: reportOf(states.users, now), groups: reportOf(states.groups, now) };
}

function reportOf(state: ResourceState, now: number): ResourceFreshness {
  const { provenAt, hearing } = state;
  const age = provenAt === null ? null : Math.max(0, Math.floor((now - Date.parse(provenAt)) / 1_000));
  return {
    asOf: state.last === null ? null : asOfResource(state),
    provenAt,
    provenAgeSeconds: age,
    notifiedAt: hearing.heardAt,
    notifications: judgeHearing(hearing, now),
  };
}
