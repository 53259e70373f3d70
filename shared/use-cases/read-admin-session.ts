import { sessionHolds, type AdminSession, type LinkPurpose } from '../core/admin-link.js';
import type { Tenant } from '../core/tenant.js';
import type { AdminLinks } from '../ports/admin-links.js';
import type { ClientStateHasher } from '../ports/client-state.js';
import type { Clock } from '../ports/clock.js';
import type { Tenants } from '../ports/registry.js';

export interface ReadAdminSessionPorts {
  readonly tenants: Tenants;
  readonly adminLinks: AdminLinks;
  readonly clientStates: ClientStateHasher;
  readonly clock: Clock;
}

/** A customer's administrator at work: for this tenant and these purposes, and nothing else. */
export interface Administrator {
  readonly session: AdminSession;
  readonly purposes: readonly LinkPurpose[];
  /** Name of the operator who invited. */
  readonly invitedBy: string;
  readonly tenant: Tenant;
}

/**
 * Who holds the session; null where it is over, was none, or its link was revoked or locked.
 * @param tenantId the tenant of the address: a session of another tenant is none here
 */
export async function readAdminSession(
  ports: ReadAdminSessionPorts,
  tenantId: string,
  token: string,
): Promise<Administrator | null> {
  const session = await ports.adminLinks.session(tenantId, ports.clientStates.hash(token));
  if (session === null) return null;
  const [link, tenant] = await Promise.all([
    ports.adminLinks.get(tenantId, session.linkId),
    ports.tenants.get(tenantId),
  ]);
  if (link === null || !sessionHolds(session, link.value, ports.clock.now())) return null;
  if (tenant === null || tenant.value.state.kind === 'disconnecting') return null;
  const { purposes, createdBy } = link.value;
  return { session, purposes, invitedBy: createdBy, tenant: tenant.value };
}
