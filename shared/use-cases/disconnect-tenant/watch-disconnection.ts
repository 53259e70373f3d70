import type { Disconnection } from '../../core/disconnection.js';
import type { ClientStateHasher } from '../../ports/client-state.js';
import type { Disconnections } from '../../ports/disconnections.js';

export interface WatchDisconnectionPorts {
  readonly disconnections: Pick<Disconnections, 'get'>;
  readonly clientStates: ClientStateHasher;
}

/** Returns the last disconnection of a tenant to the administrator who asked for it; null for any other token. */
export async function watchDisconnection(
  { disconnections, clientStates }: WatchDisconnectionPorts,
  tenantId: string,
  token: string,
): Promise<Disconnection | null> {
  const operation = (await disconnections.get(tenantId))?.value ?? null;
  if (operation?.watchHash == null) return null;
  return clientStates.equal(clientStates.hash(token), operation.watchHash) ? operation : null;
}
