import type { Tenants } from '../../shared/ports/registry.js';
import type { WriteObstacle } from '../../shared/use-cases/matching/may-write.js';
import { ApiError } from './errors.js';
import { setupNotFound } from './not-found.js';
import { parameterNames } from './parameters.js';
import type { Route } from './route.js';

/** Whether the route changes something of one tenant, which is refused while that tenant is being removed. */
export function changesTenant(route: Pick<Route, 'method' | 'path' | 'operationId'>): boolean {
  const asksForRemoval = route.operationId === 'disconnectTenant';
  return route.method !== 'GET' && !asksForRemoval && parameterNames(route.path).includes('tenantId');
}

/** @throws ApiError TenantDisconnecting */
export async function refuseWhileDisconnecting(
  tenants: Pick<Tenants, 'get'>,
  route: Route,
  tenantId: string | undefined,
): Promise<void> {
  if (tenantId === undefined || !changesTenant(route)) return;
  const stored = await tenants.get(tenantId);
  if (stored?.value.state.kind !== 'disconnecting') return;
  throw tenantDisconnecting();
}

/** Answers a request that writes for long, of which tenant or setup were removed in the meantime. */
export function cannotWrite(obstacle: WriteObstacle): ApiError {
  return obstacle === 'setupNotFound' ? setupNotFound() : tenantDisconnecting();
}

function tenantDisconnecting(): ApiError {
  return new ApiError('TenantDisconnecting', 'Everything of this tenant is being removed.', {
    target: 'tenantId',
  });
}
