import { judgeHearing } from '../hearing.js';
import type { Resource } from '../resource.js';
import type { ResourceState } from '../round.js';
import type { Tenant } from '../tenant.js';
import { sinceOf, withHealth } from './tenant-health.js';

/** Those of the doubtful resources whose notifications have gone silent; `now` in epoch milliseconds. */
export function silentResources(
  states: Readonly<Record<Resource, ResourceState>>,
  doubtful: readonly Resource[],
  now: number,
): Resource[] {
  return doubtful.filter((resource) => judgeHearing(states[resource].hearing, now) === 'silent');
}

/**
 * Returns the tenant with the resources recorded whose notifications have gone silent. The same object if it says so
 * already.
 * @param at ISO 8601 UTC
 */
export function withSilence(tenant: Tenant, resources: readonly Resource[], at: string): Tenant {
  const since = sinceOf(tenant.health.silent, at);
  const silent = resources.length === 0 ? null : { resources, since };
  return withHealth(tenant, { silent });
}
