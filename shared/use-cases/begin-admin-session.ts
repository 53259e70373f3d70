import { linkState, SESSION_MS, type AdminSession } from '../core/admin-link.js';
import { RowConflict } from '../core/failures.js';
import type { AdminLinks } from '../ports/admin-links.js';
import type { ClientStateHasher } from '../ports/client-state.js';
import type { Chance, Clock } from '../ports/clock.js';
import type { Tenants } from '../ports/registry.js';

export interface BeginAdminSessionPorts {
  readonly tenants: Tenants;
  readonly adminLinks: AdminLinks;
  readonly clientStates: ClientStateHasher;
  readonly clock: Clock;
  readonly chance: Chance;
}

/**
 * Uses a link up and begins the session of who used it. Of several at once one succeeds. Null for every link that
 * cannot be used, whatever the reason.
 */
export async function beginAdminSession(
  ports: BeginAdminSessionPorts,
  tenantId: string,
  linkToken: string,
): Promise<{ readonly session: AdminSession; readonly token: string } | null> {
  const stored = await ports.adminLinks.get(tenantId, ports.clientStates.hash(linkToken));
  const now = ports.clock.now();
  if (stored === null || linkState(stored.value, now) !== 'open') return null;
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null || tenant.value.state.kind === 'disconnecting') return null;
  const token = ports.chance.newToken();
  const startedAt = new Date(now).toISOString();
  const session: AdminSession = {
    tenantId,
    id: ports.clientStates.hash(token),
    linkId: stored.value.id,
    startedAt,
    endsAt: new Date(now + SESSION_MS).toISOString(),
  };
  try {
    await ports.adminLinks.startSession({ ...stored.value, consumedAt: startedAt }, stored.tag, session);
  } catch (failure) {
    if (failure instanceof RowConflict) return null;
    throw failure;
  }
  return { session, token };
}
