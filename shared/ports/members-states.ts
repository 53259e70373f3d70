import { asOfResource } from '../core/freshness/as-of.js';
import { hidesMembers, holdsHidden } from '../core/hidden-membership.js';
import { membersStates, type MembersState } from '../core/needed-groups.js';
import type { MirrorGroup } from '../core/mirror-rows.js';
import { groupsHiding } from './groups-hiding.js';
import type { MemberChains } from './member-chains.js';
import type { TenantScope } from './scope.js';
import type { SyncStates } from './sync-state.js';
import type { BeneathMirror } from './walk-beneath.js';

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
  /** `hidden` only if the group itself hides its members: see `readMembersState` for what hides beneath. */
  readonly membersStateOf: (group: Pick<MirrorGroup, 'id' | 'attributes'>) => MembersState;
  /** Whether the mirror holds the memberships that groups hide. */
  readonly showsHidden: boolean;
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
  const showsHidden = holdsHidden(groups);
  return {
    membersStateOf(group) {
      const state = readStateOf(group.id);
      return state !== 'none' && !showsHidden && hidesMembers(group) ? 'hidden' : state;
    },
    showsHidden,
    asOf: groups.last === null ? null : asOfResource(groups),
  };
}

/**
 * Returns how far the people of one live group are in the mirror, directly and beneath: `hidden` too if a group beneath
 * hides its members. Without the permission to see them, the groups beneath are looked through.
 */
export async function readMembersState(
  ports: MembersStatePorts & { readonly mirror: BeneathMirror },
  scope: TenantScope,
  group: Pick<MirrorGroup, 'id' | 'attributes'>,
): Promise<Pick<ListedGroup, 'membersState' | 'asOf'>> {
  const { membersStateOf, showsHidden, asOf } = await readGroupsStanding(ports, scope.tenantId);
  const membersState = membersStateOf(group);
  if (showsHidden || membersState !== 'complete') return { membersState, asOf };
  const hiding = await groupsHiding(ports.mirror, scope, [group.id]);
  return { membersState: hiding.has(group.id) ? 'hidden' : membersState, asOf };
}
