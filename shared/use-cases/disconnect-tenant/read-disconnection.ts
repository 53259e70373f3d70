import type { Disconnection } from '../../core/disconnection.js';
import type { Disconnections } from '../../ports/disconnections.js';

/** The last disconnection of a tenant, also when the tenant is gone; null where there was none, or long ago. */
export async function readDisconnection(
  { disconnections }: { readonly disconnections: Disconnections },
  tenantId: string,
): Promise<Disconnection | null> {
  return (await disconnections.get(tenantId))?.value ?? null;
}
