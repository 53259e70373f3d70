import { readinessOf, type Readiness } from '../../core/people-readiness.js';
import { attributesMissing } from '../../core/selection.js';
import { requirementsOf } from '../../core/setup/requirements.js';
import type { Setup } from '../../core/setup/setup.js';
import type { DerivationPorts } from './derivation-ports.js';

/** What a setup needs that was never read, and what reading it would cost. */
export interface UnreadParts {
  /** Of users. */
  readonly attributes: readonly string[];
  readonly groups: boolean;
  /** App roles and directory roles. */
  readonly roles: readonly string[];
  /** About so many requests to Graph; null where nothing is known of the size of the directory. */
  readonly requests: number | null;
}

export interface Reading {
  readonly readiness: Readiness;
  /** Whether the groups were read once, so that an absent one is gone. */
  readonly groupsRead: boolean;
  /** @param users of the directory, about */
  readonly unreadOf: (users: number) => UnreadParts;
}

/** Users of one page of a full read. Source: api-reference/v1.0/api/user-list.md */
const USERS_PER_REQUEST = 999;

/** How far the mirror carries a setup, or the draft of one. */
export async function readingOf(
  { syncStates, roleAssignments }: DerivationPorts,
  { tenantId, document }: Pick<Setup, 'tenantId' | 'document'>,
): Promise<Reading> {
  const states = await syncStates.read(tenantId);
  const { userAttributes, appRoles, directoryRoles } = requirementsOf(document);
  const named = [...appRoles, ...directoryRoles];
  const read = new Set(
    named.length === 0
      ? []
      : (await roleAssignments.lists(tenantId)).flatMap((list) => (list.readAt === null ? [] : list.roles)),
  );
  const roles = named.filter((role) => !read.has(role));
  const needs = {
    attributes: userAttributes,
    excludes: document.scope.excludeGroupIds.length > 0,
    roleAssignmentsRead: roles.length === 0,
  };
  const groupsRead = states.groups.deltaLink !== null;
  const attributes = attributesMissing(states.users, userAttributes);
  return {
    readiness: readinessOf(needs, states),
    groupsRead,
    unreadOf(users) {
      const pages = attributes.length === 0 ? 0 : Math.ceil(users / USERS_PER_REQUEST) + 1;
      const known = groupsRead && (attributes.length === 0 || users > 0);
      return { attributes, groups: !groupsRead, roles, requests: known ? pages + roles.length : null };
    },
  };
}
