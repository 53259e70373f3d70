import { READS_HIDDEN } from '../hidden-membership.js';
import { roleListsOf, type RoleListState } from '../role-assignment.js';
import { roleAttention, unreadRoleLists } from '../role-warnings.js';
import { oversizeAttention, type OversizedUser } from './oversize-attention.js';
import type { GrantSource, Setup, SetupDocument } from './setup.js';
import { groupsNamed } from './validate-groups.js';

/** Something of a started setup that does not fit the directory any more, at the place that leads to it. */
export interface SetupAttention {
  /** As in the document that an editor writes: `scope.groupIds[0]`. */
  readonly path: string;
  readonly code:
    'GroupNotFound' | 'GroupHidden' | 'RoleNotFound' | 'RolesRefused' | 'RolesIncomplete' | 'PersonTooLarge';
  /** Sentences: what is the matter, what it means for people, and what to do. */
  readonly message: string;
}

/** What jobs found out about the tenant's directory. */
export interface SetupFindings {
  /** Groups that the setup named when a job last looked, and that were not there. */
  readonly missingGroups: readonly string[];
  /** Groups that the setup names and whose members the application may not read. */
  readonly hiddenGroups: readonly string[];
  /** Where the reading of the tenant's lists of roles stands. */
  readonly roleLists: readonly RoleListState[];
  /** Who is more than the rows of a person hold. */
  readonly oversized: readonly OversizedUser[];
}

/**
 * What needs attention in a setup, in the order of its document; nothing unless it is started, since of others nobody
 * looks. What an edit took out of the setup is none of it any more.
 */
export function setupAttention(
  { state, document }: Pick<Setup, 'state' | 'document'>,
  { missingGroups, hiddenGroups, roleLists, oversized }: SetupFindings,
): readonly SetupAttention[] {
  if (state !== 'started') return [];
  const missing = new Set(missingGroups);
  const hidden = new Set(hiddenGroups);
  const groups = groupsNamed(document).flatMap(({ path, groupId }): SetupAttention[] => {
    if (missing.has(groupId)) return [{ path, code: 'GroupNotFound', message: groupMessage(path, groupId) }];
    if (hidden.has(groupId)) return [{ path, code: 'GroupHidden', message: hiddenMessage(path, groupId) }];
    return [];
  });
  return [...groups, ...roles(document, roleLists), ...oversizeAttention(oversized)];
}

/** What it means for people that a group hides its members, and what to do: sentences. @param path where it is named */
export function hiddenMessage(path: string, groupId: string): string {
  const hides = `The group ${groupId}, or a group in it, hides its members, and the application may not read them`;
  const fix = `Grant the application ${READS_HIDDEN} (type Application) with admin consent: the members are read automatically then.`;
  if (path.startsWith('scope.groupIds'))
    return `${hides}: nobody is removed because of it, and only the members who are known are added. ${fix}`;
  if (path.startsWith('scope.excludeGroupIds'))
    return `${hides}: nobody new is added until it is known whom it excludes, and whoever is there is kept. ${fix}`;
  return `${hides}: only the members who are known are given anything by it. ${fix}`;
}

function groupMessage(path: string, groupId: string): string {
  const gone = `The group ${groupId} is not in the directory any more`;
  const mend = 'Bring it back, or take it out of the setup.';
  if (path.startsWith('scope.groupIds')) return `${gone}: nobody is removed for it. ${mend}`;
  if (path.startsWith('scope.excludeGroupIds')) return `${gone}: nobody new comes while it is away. ${mend}`;
  return `${gone}: it gives nobody anything new. What it gave is lost as far as the removal guard lets it pass, and not while a group of the scope is gone. ${mend}`;
}

function roles({ grants }: SetupDocument, states: readonly RoleListState[]): readonly SetupAttention[] {
  return grants.flatMap(({ source }, index) =>
    unreadRoleLists(listsOf(source), states).map((unread) => ({
      path: `grants[${index}].source.${source.kind}`,
      ...roleAttention(unread),
    })),
  );
}

function listsOf(source: GrantSource): ReturnType<typeof roleListsOf> {
  switch (source.kind) {
    case 'appRole':
      return roleListsOf({ appRoles: [source.appRole], directoryRoles: [] });
    case 'directoryRole':
      return roleListsOf({ appRoles: [], directoryRoles: [source.directoryRole] });
    case 'group':
    case 'rule':
      return [];
  }
}
