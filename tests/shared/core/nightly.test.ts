import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nightDue, nightlyDelayMs } from '../../../shared/core/nightly.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What the local clock shows, told by Intl alone, as the epoch milliseconds of the same time in UTC. */
const formats = new Map<string, Intl.DateTimeFormat>();
function localClock(timeZone: string, instant: number): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(timeZone, format);
  }
  const [month, day, year, hour, minute] = format.format(instant).match(/\d+/g)!.map(Number);
  return Date.UTC(year!, month! - 1, day, hour, minute);
}

/** The night of a date by trying minute after minute; null for a date that the zone left out. */
function nightByTrying(timeZone: string, date: number, timeOfDay: number): number | null {
  const firstMinuteAt = (wall: number): number => {
    let instant = wall - 15 * HOUR;
    // Coarse first, and no nearer than a clock is ever set back: a repeated time comes for the first time before that.
    while (localClock(timeZone, instant + HOUR) < wall - 3 * HOUR) instant += HOUR;
    while (localClock(timeZone, instant) < wall) instant += MINUTE;
    return instant;
  };
  const dayExists = localClock(timeZone, firstMinuteAt(date)) < date + DAY;
  return dayExists ? firstMinuteAt(date + timeOfDay) : null;
}

function due(timeZone: string, nightlyAt: string, now: string, connectedAt = '2001-01-01T00:00:00Z') {
  const decision = nightDue({ timeZone, nightlyAt, connectedAt, now: Date.parse(now), delayMs: 0 });
  return decision.kind === 'due' ? decision.localDate : null;
}

/** The night comes at that very instant, and the one before it stands until then. */
function expectNightAt(timeZone: string, nightlyAt: string, date: string, instant: string): void {
  expect(due(timeZone, nightlyAt, instant)).toBe(date);
  expect(due(timeZone, nightlyAt, new Date(Date.parse(instant) - 1).toISOString())).not.toBe(date);
}

describe('when a night is due', () => {
  it('comes at the local time of an ordinary date', () => {
    expectNightAt('America/Los_Angeles', '01:00', '2026-07-14', '2026-07-14T08:00:00Z');
    expectNightAt('America/New_York', '00:00', '2026-01-14', '2026-01-14T05:00:00Z');
    expectNightAt('Asia/Kathmandu', '01:00', '2026-07-14', '2026-07-13T19:15:00Z');
  });

  it('comes at its first occurrence where daylight saving repeats a quarter of an hour of it', () => {
    expectNightAt('Pacific/Chatham', '03:00', '2026-04-05', '2026-04-04T13:15:00Z');
  });

  it('comes at the first instant after the gap where daylight saving skips its time', () => {
    expectNightAt('Europe/Copenhagen', '02:30', '2026-03-29', '2026-03-29T01:00:00Z');
    expectNightAt('America/New_York', '02:00', '2026-03-08', '2026-03-08T07:00:00Z');
    expectNightAt('Australia/Lord_Howe', '02:10', '2026-10-04', '2026-10-03T15:30:00Z');
    expectNightAt('Antarctica/Troll', '01:30', '2026-03-29', '2026-03-29T01:00:00Z');
  });

  it('comes at the next date begun where the gap reaches over midnight', () => {
    expectNightAt('America/Nuuk', '23:30', '2024-03-30', '2024-03-31T01:00:00Z');
    expectNightAt('America/Nuuk', '23:30', '2024-03-31', '2024-04-01T00:30:00Z');
  });

  it('comes at the first occurrence of a repeated time and not at the second', () => {
    expectNightAt('Europe/Copenhagen', '02:30', '2026-10-25', '2026-10-25T00:30:00Z');
    expectNightAt('Australia/Lord_Howe', '01:45', '2026-04-05', '2026-04-04T14:45:00Z');
    expectNightAt('America/New_York', '01:00', '2026-11-01', '2026-11-01T05:00:00Z');
    expect(due('America/New_York', '01:00', '2026-11-01T06:00:00Z')).toBe('2026-11-01');
  });

  it('stays the same night while a clock that went back over midnight shows the date before', () => {
    expectNightAt('America/St_Johns', '00:00', '2010-11-07', '2010-11-07T02:30:00Z');
    expect(due('America/St_Johns', '00:00', '2010-11-07T03:00:00Z')).toBe('2010-11-07');
  });

  it('knows no night for a date that the zone left out', () => {
    expectNightAt('Pacific/Apia', '01:00', '2011-12-29', '2011-12-29T11:00:00Z');
    expect(due('Pacific/Apia', '01:00', '2011-12-30T10:59:59Z')).toBe('2011-12-29');
    expectNightAt('Pacific/Apia', '01:00', '2011-12-31', '2011-12-30T11:00:00Z');
    expectNightAt('Pacific/Apia', '00:00', '2011-12-31', '2011-12-30T10:00:00Z');
  });

  it('comes first after connecting, not at connecting', () => {
    expect(due('Etc/UTC', '01:00', '2026-05-02T00:59:59Z', '2026-05-01T01:00:00Z')).toBeNull();
    expect(due('Etc/UTC', '01:00', '2026-05-02T01:00:00Z', '2026-05-01T01:00:00Z')).toBe('2026-05-02');
    expect(due('Etc/UTC', '01:00', '2026-05-01T01:00:00Z', '2026-05-01T00:59:59Z')).toBe('2026-05-01');
  });

  it('refuses a zone and a time that are none', () => {
    expect(() => due('Europe/Atlantis', '01:00', '2026-05-01T00:00:00Z')).toThrow(RangeError);
    expect(() => due('Etc/UTC', '24:00', '2026-05-01T00:00:00Z')).toThrow(RangeError);
    expect(() => due('Etc/UTC', '1:00', '2026-05-01T00:00:00Z')).toThrow(RangeError);
  });
});

const troublesomeZones = [
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Antarctica/Troll',
  'Asia/Kathmandu',
  'America/Nuuk',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Asia/Beirut',
  'Asia/Pyongyang',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Europe/Dublin',
  'Pacific/Kiritimati',
  'Pacific/Chatham',
  'America/Caracas',
  'America/Los_Angeles',
];

const zone = fc.oneof(
  fc.constantFrom(...troublesomeZones),
  fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
);
const nightlyAt = fc
  .tuple(fc.constantFrom(0, 1, 2, 3, 12, 22, 23), fc.constantFrom(0, 1, 10, 30, 45, 59))
  .map(([hour, minute]) => ({
    text: `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`,
    ms: hour * HOUR + minute * MINUTE,
  }));

/** Instants near a change of the zone's offset, where there is one in the year, else anywhere in it. */
function nearOffsetChange(timeZone: string, year: number, choice: number): number {
  const offsetAt = (instant: number): number => localClock(timeZone, instant) - instant;
  const days = Array.from({ length: 365 }, (_, day) => Date.UTC(year, 0, 1 + day));
  const changes = days.filter((day) => offsetAt(day) !== offsetAt(day + DAY));
  return changes.length > 0 ? changes[choice % changes.length]! : days[choice % 365]!;
}

describe('nights over many zones', () => {
  it('runs each local date exactly once, at the first tick after its instant, however the timer ticks', () => {
    const history = fc.record({
      timeZone: zone,
      nightlyAt,
      year: fc.integer({ min: 1996, max: 2036 }),
      choice: fc.nat(364),
      gaps: fc.array(
        fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 60, max: 3 * 1440 })),
        { minLength: 1, maxLength: 30 },
      ),
    });
    fc.assert(
      fc.property(history, (given) => {
        const middle =
          given.timeZone === 'Pacific/Apia' && given.choice % 2 === 0
            ? Date.UTC(2011, 11, 30)
            : nearOffsetChange(given.timeZone, given.year, given.choice);
        const start = middle - 2 * DAY;
        const nights = Array.from({ length: 60 }, (_, day) => middle + (day - 6) * DAY)
          .filter((date) => date < middle + 8 * DAY)
          .map((date) => ({ date, instant: nightByTrying(given.timeZone, date, given.nightlyAt.ms) }))
          .filter((night): night is { date: number; instant: number } => night.instant !== null);
        const ran: string[] = [];
        let now = start;
        for (const gap of given.gaps) {
          const before = now;
          now = Math.min(now + gap * MINUTE, middle + 6 * DAY);
          const decision = nightDue({
            timeZone: given.timeZone,
            nightlyAt: given.nightlyAt.text,
            connectedAt: new Date(start).toISOString(),
            now,
            delayMs: 0,
          });
          // Recorded by date, so that a second tick changes nothing.
          if (decision.kind === 'due' && !ran.includes(decision.localDate)) {
            ran.push(decision.localDate);
            const came = nights.filter(({ instant }) => instant > before && instant <= now);
            expect(came.map(({ date }) => new Date(date).toISOString().slice(0, 10))).toContain(
              decision.localDate,
            );
          } else {
            expect(nights.filter(({ instant }) => instant > before && instant <= now)).toEqual([]);
          }
          // Of several missed nights the latest is the one that counts.
          const latest = nights.filter(({ instant }) => instant > start && instant <= now).at(-1);
          expect(ran.at(-1) ?? null).toBe(
            latest === undefined ? null : new Date(latest.date).toISOString().slice(0, 10),
          );
        }
        expect(new Set(ran).size).toBe(ran.length);
      }),
      { numRuns: 150 },
    );
  });

  it('runs as many nights as there are local dates when the timer ticks every five minutes', () => {
    fc.assert(
      fc.property(
        zone,
        nightlyAt,
        fc.integer({ min: 1996, max: 2036 }),
        fc.nat(364),
        (timeZone, at, year, choice) => {
          const start = nearOffsetChange(timeZone, year, choice) - 2 * DAY;
          const connectedAt = new Date(start).toISOString();
          const ran = new Map<string, number>();
          for (let now = start; now < start + 5 * DAY; now += 5 * MINUTE) {
            const decision = nightDue({ timeZone, nightlyAt: at.text, connectedAt, now, delayMs: 0 });
            if (decision.kind === 'due' && !ran.has(decision.localDate)) ran.set(decision.localDate, now);
          }
          for (let date = Math.floor(start / DAY) * DAY - DAY; date < start + 6 * DAY; date += DAY) {
            const instant = nightByTrying(timeZone, date, at.ms);
            const wanted = instant !== null && instant > start && instant <= start + 5 * DAY - 5 * MINUTE;
            const tick = ran.get(new Date(date).toISOString().slice(0, 10));
            expect(tick).toBe(
              wanted ? start + Math.ceil((instant - start) / (5 * MINUTE)) * 5 * MINUTE : undefined,
            );
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});

describe('the window in which nights start', () => {
  it('is spread over evenly, and gives a tenant the same delay each time', () => {
    const ids = Array.from(
      { length: 1_000 },
      (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    );
    const ticks = new Map<number, number>();
    for (const id of ids) {
      const delay = nightlyDelayMs(id, HOUR);
      expect(nightlyDelayMs(id, HOUR)).toBe(delay);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThan(HOUR);
      const tick = Math.floor(delay / (5 * MINUTE));
      ticks.set(tick, (ticks.get(tick) ?? 0) + 1);
    }
    expect(ticks.size).toBe(12);
    expect(Math.max(...ticks.values())).toBeLessThan(130);
  });

  it('is no window where it is 0', () => {
    expect(nightlyDelayMs('00000000-0000-4000-8000-000000000001', 0)).toBe(0);
  });

  it('moves only the start: the night, its date and whether it counts stay, also over daylight saving', () => {
    const zones = ['Europe/Copenhagen', 'America/Nuuk', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC'];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 1439 }),
        fc.integer({ min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2027-01-01T00:00:00Z') }),
        fc.integer({ min: 0, max: 12 * HOUR }),
        fc.integer({ min: -2 * DAY, max: 2 * DAY }),
        (timeZone, minute, now, delayMs, connected) => {
          const nightlyAt = new Date(minute * MINUTE).toISOString().slice(11, 16);
          const schedule = { timeZone, nightlyAt, connectedAt: new Date(now + connected).toISOString() };
          expect(nightDue({ ...schedule, now: now + delayMs, delayMs })).toEqual(
            nightDue({ ...schedule, now, delayMs: 0 }),
          );
        },
      ),
    );
  });
});
