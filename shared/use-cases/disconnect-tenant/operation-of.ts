import { beginningDisconnection, type Disconnection } from '../../core/disconnection.js';
import { RowConflict } from '../../core/failures.js';
import type { Disconnections } from '../../ports/disconnections.js';
import type { Stored } from '../../ports/registry.js';

/**
 * The operation of a tenant that is disconnecting since then; begun where there is none yet, or only that of an
 * earlier disconnection of the same tenant.
 */
export async function operationOf(
  disconnections: Disconnections,
  tenantId: string,
  since: string,
): Promise<Stored<Disconnection>> {
  for (;;) {
    const stored = await disconnections.get(tenantId);
    if (stored?.value.startedAt === since) return stored;
    try {
      return await disconnections.save(beginningDisconnection(tenantId, since), stored?.tag ?? null);
    } catch (failure) {
      if (!(failure instanceof RowConflict)) throw failure;
    }
  }
}
