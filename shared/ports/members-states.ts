import { asOfResource } from '../core/freshness/as-of.js';
import { hidesMembers, holdsHidden } from '../core/hidden-membership.js';
import { membersStates, type MembersState } from '../core/needed-groups.js';
import type { MirrorGroup } from '../core/mirror-rows.js';
import type { MemberChains } from './member-chains.js';
import type { SyncStates } from './sync-state.js';

/** Where it stands which groups' members the mirror holds. */
export interface MembersStatePorts {
  readonly syncStates: Pick<SyncStates, 'read'>;
  readonly memberChains: Pick<MemberChains, 'all'>;
}

/** A group of the mirror, with how far it is there. */
export interface ListedGroup {
  readonly group: MirrorGroup;
  readonly membersState: MembersState;
  /** Whatever changed in the directory before is in it, ISO 8601 UTC; null during the first read. */
  readonly asOf: string | null;
}

/** How far groups are read. */
export interface GroupsStanding {
  readonly membersStateOf: (group: Pick<MirrorGroup, 'id' | 'attributes'>) => MembersState;
  /** Whatever changed in the directory before is in the groups, ISO 8601 UTC; null during the first read. */
  readonly asOf: string | null;
}

/** How far groups and the members of single ones are in the mirror: a read or two, however many are asked for. */
export async function readGroupsStanding(
  { syncStates, memberChains }: MembersStatePorts,
  tenantId: string,
): Promise<GroupsStanding> {
  const { groups } = await syncStates.read(tenantId);
  const readsNeeded = !groups.references || groups.round?.references === false;
  const readStateOf = membersStates(groups, readsNeeded ? await memberChains.all(tenantId) : []);
  const showsAll = holdsHidden(groups);
  return {
    membersStateOf(group) {
      const state = readStateOf(group.id);
      return state !== 'none' && !showsAll && hidesMembers(group) ? 'hidden' : state;
    },
    asOf: groups.last === null ? null : asOfResource(groups),
  };
}
