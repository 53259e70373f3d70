import { membersStates, type MembersState } from '../core/needed-groups.js';
import type { MemberChains } from './member-chains.js';
import type { SyncStates } from './sync-state.js';

/** Where it stands which groups' members the mirror holds. */
export interface MembersStatePorts {
  readonly syncStates: Pick<SyncStates, 'read'>;
  readonly memberChains: Pick<MemberChains, 'all'>;
}

/** How far the members of single groups are in the mirror: a read or two, however many are asked for. */
export async function readMembersStates(
  { syncStates, memberChains }: MembersStatePorts,
  tenantId: string,
): Promise<(groupId: string) => MembersState> {
  const { groups } = await syncStates.read(tenantId);
  const readsNeeded = !groups.references || groups.round?.references === false;
  return membersStates(groups, readsNeeded ? await memberChains.all(tenantId) : []);
}
