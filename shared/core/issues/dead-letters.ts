import type { Tenant } from '../tenant.js';
import { sinceOf, withHealth } from './tenant-health.js';

/**
 * Returns the tenant with so many dead letters recorded; the same object if it says so already, or is being
 * disconnected.
 * @param at ISO 8601 UTC
 */
export function withDeadLetters(tenant: Tenant, count: number, at: string): Tenant {
  if (tenant.state.kind === 'disconnecting') return tenant;
  const since = sinceOf(tenant.health.deadLetters, at);
  return withHealth(tenant, { deadLetters: count === 0 ? null : { count, since } });
}
