import type { AdminLink, LinkPurpose } from '../core/admin-link.js';
import type { AdminLinks } from '../ports/admin-links.js';
import type { ClientStateHasher } from '../ports/client-state.js';
import type { Chance, Clock } from '../ports/clock.js';
import type { Tenants } from '../ports/registry.js';

export interface CreateAdminLinkPorts {
  readonly tenants: Tenants;
  readonly adminLinks: AdminLinks;
  readonly clientStates: ClientStateHasher;
  readonly clock: Clock;
  readonly chance: Chance;
}

export interface AdminLinkWish {
  readonly tenantId: string;
  readonly purposes: readonly LinkPurpose[];
  readonly expiresInHours: number;
  /** Name of the operator, which the administrator is shown. */
  readonly createdBy: string;
}

const HOUR_MS = 60 * 60 * 1000;

/** Ended links stay listed for so long, so that an operator sees what became of them. */
const KEPT_MS = 30 * 24 * HOUR_MS;

/**
 * Makes a one-time link. The token is answered here and never again: only its fingerprint is kept.
 * Null where there is no such tenant, or one that is being removed.
 */
export async function createAdminLink(
  ports: CreateAdminLinkPorts,
  { tenantId, purposes, expiresInHours, createdBy }: AdminLinkWish,
): Promise<{ readonly link: AdminLink; readonly token: string } | null> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null || tenant.value.state.kind === 'disconnecting') return null;
  const now = ports.clock.now();
  const token = ports.chance.newToken();
  const link: AdminLink = {
    tenantId,
    id: ports.clientStates.hash(token),
    purposes,
    createdBy,
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + expiresInHours * HOUR_MS).toISOString(),
    consumedAt: null,
    failedTries: 0,
  };
  await ports.adminLinks.removeEndedBefore(tenantId, new Date(now - KEPT_MS).toISOString());
  await ports.adminLinks.create(link);
  return { link, token };
}
