import { selectionOf } from '../core/selection.js';
import type { SyncStates } from '../ports/sync-state.js';

/** The attributes that the mirrored users of a tenant were read with: of these, absent means that Graph has none. */
export async function userAttributesShown(
  ports: { readonly syncStates: SyncStates },
  tenantId: string,
): Promise<readonly string[]> {
  const { users } = await ports.syncStates.read(tenantId);
  return selectionOf('users', users.attributes);
}
