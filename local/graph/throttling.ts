/** Resource units per 10 seconds for an app in a tenant, by the tenant's size (graph-protocol 6.2). */
export function quotaFor(users: number): number {
  if (users < 50) return 3500;
  return users <= 500 ? 5000 : 8000;
}

/** The token bucket of one app in one tenant. */
export class ResourceUnitBucket {
  #used = 0;
  #at = 0;

  /**
   * Takes the units, or says how many seconds (with fractions) to wait until they fit.
   * @returns the seconds to wait, and the share of the quota in use.
   */
  take(units: number, quota: number, now: number): { readonly waitSeconds: number; readonly share: number } {
    const refill = ((now - this.#at) / 10_000) * quota;
    this.#used = Math.max(0, this.#used - Math.max(0, refill));
    this.#at = now;
    const excess = this.#used + units - quota;
    if (excess > 0) return { waitSeconds: Math.max(0.5, (excess / quota) * 10), share: 1 };
    this.#used += units;
    return { waitSeconds: 0, share: this.#used / quota };
  }
}

/** What a request costs: the route's base, cheaper with `$select` or a small `$top`, dearer with `$expand`. */
export function resourceUnits(base: number, params: URLSearchParams): number {
  const top = params.get('$top');
  let cost = base;
  if (params.has('$select')) cost--;
  if (params.has('$expand')) cost++;
  if (top !== null && Number(top) < 20) cost--;
  return Math.max(1, cost);
}
