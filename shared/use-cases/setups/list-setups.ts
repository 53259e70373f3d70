import type { Setup } from '../../core/setup/setup.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Stored } from '../../ports/registry.js';
import type { SetupPorts } from './ports.js';

/** A tenant's setups in the order of their ids; null where it is not connected. */
export async function listSetups(
  { tenants, setups }: Pick<SetupPorts, 'tenants' | 'setups'>,
  tenantId: string,
  request: ListRequest,
): Promise<ListPage<Stored<Setup>> | null> {
  if ((await tenants.get(tenantId)) === null) return null;
  return await setups.list(tenantId, request);
}
