import type { Subscription } from '../core/subscription.js';
import type { Subscriptions, Tenants } from '../ports/registry.js';

/** The tenant's Graph subscriptions, at most one per resource; null where the tenant is not connected. */
export async function listSubscriptions(
  ports: { readonly tenants: Tenants; readonly subscriptions: Subscriptions },
  tenantId: string,
): Promise<readonly Subscription[] | null> {
  if ((await ports.tenants.get(tenantId)) === null) return null;
  return ports.subscriptions.list(tenantId);
}
