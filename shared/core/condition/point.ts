/** A day or an instant, as milliseconds since 1970 in UTC; a day at its beginning. */
export interface Point {
  readonly kind: 'day' | 'instant';
  readonly at: number;
}

const MILLISECONDS_PER_DAY = 86_400_000;
const DAY_LENGTH = 'YYYY-MM-DD'.length;
const POINT =
  /^\d{4}-\d\d-\d\d(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/;

/** Reads `2026-01-31` or `2026-01-31T08:00:00Z`, the way Graph writes days and instants; null for any other text. */
export function pointOf(text: string): Point | null {
  if (text.length < DAY_LENGTH || !POINT.test(text)) return null;
  const day = text.slice(0, DAY_LENGTH);
  const startOfDay = Date.parse(day);
  if (Number.isNaN(startOfDay)) return null;
  // Date.parse takes 2026-02-30 for the second of March; this is asked for many people, and seldom late in a month.
  if (day.slice(8) > '28' && !new Date(startOfDay).toISOString().startsWith(day)) return null;
  return text.length === DAY_LENGTH
    ? { kind: 'day', at: startOfDay }
    : { kind: 'instant', at: Date.parse(text) };
}

/** The beginning of the day in UTC that an instant lies in. */
export function startOfDay(at: number): number {
  return Math.floor(at / MILLISECONDS_PER_DAY) * MILLISECONDS_PER_DAY;
}
