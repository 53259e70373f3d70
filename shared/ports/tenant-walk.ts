import type { Tenant } from '../core/tenant.js';

/**
 * Visits every tenant, a few at a time. A visit that fails stops no other: all are tried first.
 * @throws AggregateError naming the tenants whose visit failed, or that not all tenants could be listed
 */
export type TenantWalk = (visit: (tenant: Tenant) => Promise<void>) => Promise<void>;
