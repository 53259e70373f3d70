import { holdsHidden } from '../../core/hidden-membership.js';
import { membersAreRead, membersStates } from '../../core/needed-groups.js';
import { readinessOf, type Readiness } from '../../core/people-readiness.js';
import type { ResourceState } from '../../core/round.js';
import { attributesMissing } from '../../core/selection.js';
import { requirementsOf } from '../../core/setup/requirements.js';
import type { Setup } from '../../core/setup/setup.js';
import { groupsHiding } from '../../ports/groups-hiding.js';
import type { TenantScope } from '../../ports/scope.js';
import type { DerivationPorts } from './derivation-ports.js';

/** What a setup needs that was never read, and what reading it would cost. */
export interface UnreadParts {
  /** Of users. */
  readonly attributes: readonly string[];
  /** Whether the groups were not read, or not the members of all where every group is a segment. */
  readonly groups: boolean;
  /** Groups that it names whose members, or those of a group beneath, were not read: nobody needed them yet. */
  readonly membersOf: readonly string[];
  /** App roles and directory roles. */
  readonly roles: readonly string[];
  /** About so many requests to Graph; null where nothing is known of the size of the directory, or of groups. */
  readonly requests: number | null;
}

export interface Reading {
  readonly readiness: Readiness;
  /** Whether the groups were read once, so that an absent one is gone. */
  readonly groupsRead: boolean;
  /** Whether the mirror holds the memberships that groups hide. */
  readonly showsHidden: boolean;
  /** Groups that it names and that hide members from the application, themselves or beneath. */
  readonly hiddenGroups: () => Promise<readonly string[]>;
  /** @param users of the directory, about */
  readonly unreadOf: (users: number) => UnreadParts;
}

/** Users of one page of a full read. Source: api-reference/v1.0/api/user-list.md */
const USERS_PER_REQUEST = 999;

/** How far the mirror carries a setup, or the draft of one. */
export async function readingOf(
  ports: DerivationPorts,
  { tenantId, document }: Pick<Setup, 'tenantId' | 'document'>,
  scope: TenantScope | null,
): Promise<Reading> {
  const { syncStates, memberChains, roleAssignments } = ports;
  const states = await syncStates.read(tenantId);
  const requirements = requirementsOf(document);
  const { userAttributes, appRoles, directoryRoles } = requirements;
  const chains = states.groups.references ? [] : await memberChains.all(tenantId);
  const named = [...appRoles, ...directoryRoles];
  const read = new Set(
    named.length === 0
      ? []
      : (await roleAssignments.lists(tenantId)).flatMap((list) => (list.readAt === null ? [] : list.roles)),
  );
  const roles = named.filter((role) => !read.has(role));
  const groups = [...requirements.groups, ...(await holdersAmong(ports, scope, named, states.groups))];
  const needs = {
    attributes: userAttributes,
    excludes: document.scope.excludeGroupIds.length > 0,
    managerDecides: requirements.managerDecides,
    membersRead: membersAreRead({ ...requirements, groups }, states.groups, chains),
    roleAssignmentsRead: roles.length === 0,
  };
  const groupsRead = states.groups.deltaLink !== null;
  const lacksAll = groupsRead && requirements.allGroups && !states.groups.references;
  const membersStateOf = membersStates(states.groups, chains);
  const membersOf = groupsRead ? groups.filter((groupId) => membersStateOf(groupId) !== 'complete') : [];
  const attributes = attributesMissing(states.users, userAttributes);
  return {
    readiness: readinessOf(needs, states),
    groupsRead,
    showsHidden: holdsHidden(states.groups),
    hiddenGroups: () => hiddenAmong(ports, scope, requirements.groups, states.groups),
    unreadOf(users) {
      const pages = attributes.length === 0 ? 0 : Math.ceil(users / USERS_PER_REQUEST) + 1;
      const known =
        groupsRead && !lacksAll && membersOf.length === 0 && (attributes.length === 0 || users > 0);
      const requests = known ? pages + roles.length : null;
      return { attributes, groups: !groupsRead || lacksAll, membersOf, roles, requests };
    },
  };
}

async function hiddenAmong(
  { mirror }: DerivationPorts,
  scope: TenantScope | null,
  groupIds: readonly string[],
  groups: ResourceState,
): Promise<readonly string[]> {
  if (scope === null || groupIds.length === 0 || holdsHidden(groups)) return [];
  return [...(await groupsHiding(mirror, scope, groupIds))];
}

/** Groups that hold one of the roles: their direct members hold it as well. */
async function holdersAmong(
  { roleAssignments }: DerivationPorts,
  scope: TenantScope | null,
  roles: readonly string[],
  { references }: Pick<ResourceState, 'references'>,
): Promise<readonly string[]> {
  if (references || scope === null || roles.length === 0) return [];
  const holders = await roleAssignments.groups(scope);
  return holders
    .filter((one) => one.roles.some((role) => roles.includes(role)))
    .map((one) => one.principalId);
}
