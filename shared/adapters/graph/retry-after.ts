const ONE_DAY_MS = 86_400_000;

/**
 * Milliseconds to wait, from a Retry-After header: seconds, fractions included (concepts/throttling.md prints
 * `2.128`), or an HTTP date. Null where there is none or it cannot be read; a day at most.
 *
 * @param now epoch milliseconds
 */
export function retryAfterMs(header: string | null, now: number): number | null {
  const value = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Math.ceil(Number(value) * 1000), ONE_DAY_MS);
  if (!/^[A-Za-z]{3}/.test(value)) return null;
  const instant = Date.parse(value);
  return Number.isNaN(instant) ? null : Math.min(Math.max(0, instant - now), ONE_DAY_MS);
}
