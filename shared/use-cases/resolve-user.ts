import type { MirrorUser } from '../core/mirror-rows.js';
import type { Tenant } from '../core/tenant.js';
import type { Mirror } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';

export interface ResolvedUser {
  readonly tenant: Tenant;
  /** Null where the mirror has no such live user, or was not asked. */
  readonly user: MirrorUser | null;
}

/**
 * What there is about somebody who signs in to a product, by the tenant and object id of their token; null where the
 * tenant is not connected.
 * @param withMirror whether whoever asks may see the mirror
 */
export async function resolveUser(
  ports: { readonly tenants: Tenants; readonly mirror: Mirror },
  tenantId: string,
  userId: string,
  withMirror: boolean,
): Promise<ResolvedUser | null> {
  const stored = await ports.tenants.get(tenantId);
  if (stored === null) return null;
  const tenant = stored.value;
  const { bucketCount } = tenant;
  if (!withMirror || bucketCount === null) return { tenant, user: null };
  const user = (await ports.mirror.readUsers({ tenantId, bucketCount }, [userId])).get(userId);
  return { tenant, user: user?.presence === 'live' ? user : null };
}
