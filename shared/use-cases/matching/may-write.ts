import type { MatchingApiPorts, SetupPlace } from './api-ports.js';

/** Why nothing more may be written for a setup. */
export type WriteObstacle = 'setupNotFound' | 'tenantDisconnecting';

/**
 * Looks whether tenant and setup are still there. To be called before every write of a request that writes for long,
 * and after the last one: a disconnection waits for what was sent right after such a look, and for nothing else.
 * @returns null if they are
 */
export async function obstacleToWrite(
  { tenants, setups }: Pick<MatchingApiPorts, 'tenants' | 'setups'>,
  { tenantId, setupId }: Pick<SetupPlace, 'tenantId' | 'setupId'>,
): Promise<WriteObstacle | null> {
  const [tenant, setup] = await Promise.all([tenants.get(tenantId), setups.get(tenantId, setupId)]);
  if (tenant?.value.state.kind === 'disconnecting') return 'tenantDisconnecting';
  return tenant === null || setup === null ? 'setupNotFound' : null;
}
