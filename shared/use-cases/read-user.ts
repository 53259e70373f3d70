import type { MirrorUser } from '../core/mirror-rows.js';
import type { Mirror } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';

export type ReadUserOutcome =
  | { readonly kind: 'found'; readonly user: MirrorUser }
  | { readonly kind: 'tenantNotFound' }
  | { readonly kind: 'userNotFound' };

/** One user by id: a live one, or with `deleted` a soft-deleted one. */
export async function readUser(
  ports: { readonly tenants: Tenants; readonly mirror: Mirror },
  tenantId: string,
  userId: string,
  deleted: boolean,
): Promise<ReadUserOutcome> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  const { bucketCount } = tenant.value;
  if (bucketCount === null) return { kind: 'userNotFound' };
  const user = (await ports.mirror.readUsers({ tenantId, bucketCount }, [userId])).get(userId);
  if (user?.presence !== (deleted ? 'softDeleted' : 'live')) return { kind: 'userNotFound' };
  return { kind: 'found', user };
}
