const ONE_DAY_MS = 86_400_000;

/** One value of a list: the comma after the name of a weekday belongs to its date. */
const VALUE = /\s*(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,)?[^,]+/gi;

/**
 * Returns the milliseconds to wait, from a Retry-After header: seconds, fractions included (Graph's
 * concepts/throttling.md prints `2.128`), or an HTTP date. A header that was sent more than once arrives as a list; its
 * longest wait counts. Null if there is no value, or none that can be read; a day at most.
 *
 * @param now epoch milliseconds
 */
export function retryAfterMs(header: string | null, now: number): number | null {
  const waits = (header?.match(VALUE) ?? []).flatMap((value) => waitOf(value.trim(), now) ?? []);
  return waits.length === 0 ? null : Math.min(Math.max(...waits), ONE_DAY_MS);
}

function waitOf(value: string, now: number): number | null {
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  if (!/^[A-Za-z]{3}/.test(value)) return null;
  const instant = Date.parse(value);
  return Number.isNaN(instant) ? null : Math.max(0, instant - now);
}
