import { IANAZone } from 'luxon';
import { RESOURCES } from './resource.js';
import { newRun, type Run } from './run.js';
import { spreadOf } from './spread.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Further from UTC than any zone ever was, so that a wall clock shows a time within this of the same UTC time. */
const FURTHEST_OFFSET_MS = 16 * HOUR_MS;

export interface NightlySchedule {
  /** IANA time zone. */
  readonly timeZone: string;
  /** Local time, "HH:MM". */
  readonly nightlyAt: string;
  /** ISO 8601 UTC; only nights after it count. */
  readonly connectedAt: string;
  /** By how long its run starts after the night has come, so that not all tenants start at once. */
  readonly delayMs: number;
}

export type NightDecision =
  /** `localDate` ("YYYY-MM-DD") names the night; whether it was run already is for the caller to look up. */
  { readonly kind: 'due'; readonly localDate: string } | { readonly kind: 'notDue' };

/**
 * The latest night that has come. A night belongs to a local date and comes when the local clock first reaches
 * `nightlyAt` on it or has jumped past it: a time skipped by daylight saving means the first instant after the gap,
 * a repeated one its first occurrence, a date that the zone left out altogether has no night.
 * Earlier nights that were missed are not made up for. A delay changes when it is due, and neither its date nor
 * whether it counts.
 * @param now epoch milliseconds
 * @throws RangeError where the time zone or the local time is not one
 */
export function nightDue(schedule: NightlySchedule & { readonly now: number }): NightDecision {
  const zone = zoneNamed(schedule.timeZone);
  const timeOfDay = timeOfDayMs(schedule.nightlyAt);
  const now = schedule.now - schedule.delayMs;
  const today = Math.floor(wallClock(zone, now) / DAY_MS) * DAY_MS;
  // Tomorrow's may have come where the clock went back over midnight; further back lie dates left out by the zone.
  for (let day = today + DAY_MS; day >= today - 3 * DAY_MS; day -= DAY_MS) {
    const instant = firstInstantAt(zone, day + timeOfDay);
    if (instant > now || !exists(zone, day)) continue;
    return instant > Date.parse(schedule.connectedAt)
      ? { kind: 'due', localDate: dateText(day) }
      : { kind: 'notDue' };
  }
  return { kind: 'notDue' };
}

/** By how long a tenant's nights start late, in milliseconds: always the same for it, and anywhere in the window. */
export function nightlyDelayMs(tenantId: string, windowMs: number): number {
  return Math.floor(spreadOf(`nightly ${tenantId}`, windowMs));
}

/** The run of one night, not started. Its id is that of the night, so that a night has one run whoever asks. */
export function nightlyRun(tenantId: string, localDate: string, requestedAt: string): Run {
  const runId = `nightly-${localDate}`;
  return newRun({ tenantId, runId, trigger: 'nightly', jobs: RESOURCES, full: false, requestedAt });
}

/** Only one run of a night may be active. */
export function nightlyActiveKey(localDate: string): string {
  return `nightly|${localDate}`;
}

function zoneNamed(name: string): IANAZone {
  const zone = IANAZone.create(name);
  if (!zone.isValid) throw new RangeError(`"${name}" is not an IANA time zone`);
  return zone;
}

function timeOfDayMs(text: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (match === null) throw new RangeError(`"${text}" is not a local time HH:MM`);
  return Number(match[1]) * HOUR_MS + Number(match[2]) * MINUTE_MS;
}

/** What the local clock shows, as the epoch milliseconds at which a clock in UTC would show it. */
function wallClock(zone: IANAZone, instant: number): number {
  return instant + zone.offset(instant) * MINUTE_MS;
}

/** False for a date that was skipped as a whole, as 30 December 2011 in Pacific/Apia. */
function exists(zone: IANAZone, day: number): boolean {
  return wallClock(zone, firstInstantAt(zone, day)) < day + DAY_MS;
}

/** The first instant at which the local clock shows `wall` or later. */
function firstInstantAt(zone: IANAZone, wall: number): number {
  const from = wall - FURTHEST_OFFSET_MS;
  const to = wall + FURTHEST_OFFSET_MS;
  const before = zone.offset(from);
  const after = zone.offset(to);
  const byOldOffset = wall - before * MINUTE_MS;
  if (before === after) return byOldOffset;
  const change = offsetChange(zone, from, to);
  return byOldOffset < change ? byOldOffset : Math.max(change, wall - after * MINUTE_MS);
}

/** The first instant of the new offset, where the offset changes once between the two. */
function offsetChange(zone: IANAZone, from: number, to: number): number {
  const before = zone.offset(from);
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offset(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function dateText(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}
