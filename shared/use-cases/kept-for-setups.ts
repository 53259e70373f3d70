import { keptForSetups } from '../core/kept-attributes.js';
import { requirementsOf, unionOf } from '../core/setup/requirements.js';
import type { Setups } from '../ports/setups.js';
import type { SyncStates } from '../ports/sync-state.js';

export interface KeptForSetupsPorts {
  readonly setups: Pick<Setups, 'all'>;
  readonly syncStates: Pick<SyncStates, 'read'>;
}

/**
 * Returns, in words, the attributes of users that a tenant's setups add to those that are always kept: what they need,
 * whether started or not, and what the mirror was read with, since it is kept until the next full read.
 */
export async function keptForSetupsOf(
  { setups, syncStates }: KeptForSetupsPorts,
  tenantId: string,
): Promise<readonly string[]> {
  const [all, { users }] = await Promise.all([setups.all(tenantId), syncStates.read(tenantId)]);
  const standing = all.filter(({ state }) => state !== 'removing');
  const { userAttributes } = unionOf(standing.map(({ document }) => requirementsOf(document)));
  return keptForSetups([...users.attributes, ...userAttributes]);
}
