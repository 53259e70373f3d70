import { linkState, type AdminLink } from '../core/admin-link.js';
import type { Tenant } from '../core/tenant.js';
import type { AdminLinks } from '../ports/admin-links.js';
import type { ClientStateHasher } from '../ports/client-state.js';
import type { Clock } from '../ports/clock.js';
import type { Tenants } from '../ports/registry.js';

export interface ReadAdminLinkPorts {
  readonly tenants: Tenants;
  readonly adminLinks: AdminLinks;
  readonly clientStates: ClientStateHasher;
  readonly clock: Clock;
}

/**
 * What a link is for, without using it. Null for every link that cannot be used, whatever the reason: nobody
 * learns here which tenants or links there are.
 */
export async function readAdminLink(
  ports: ReadAdminLinkPorts,
  tenantId: string,
  token: string,
): Promise<{ readonly link: AdminLink; readonly tenant: Tenant } | null> {
  const stored = await ports.adminLinks.get(tenantId, ports.clientStates.hash(token));
  if (stored === null || linkState(stored.value, ports.clock.now()) !== 'open') return null;
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null || tenant.value.state.kind === 'disconnecting') return null;
  return { link: stored.value, tenant: tenant.value };
}
