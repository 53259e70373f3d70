import { duplicates, fault, type SetupFault } from './setup-fault.js';
import type { Scope, SetupDocument } from './setup.js';

/** What is known of a group that a setup names; `unknownYet` while groups were not read. */
export type GroupStanding = 'suitable' | 'notSecurityEnabled' | 'deleted' | 'absent' | 'unknownYet';
export type GroupStandings = (groupId: string) => GroupStanding;

const MOST_GROUPS = 10_000;

/** A group that a document names, where it names it. */
export interface NamedGroup {
  readonly path: string;
  readonly groupId: string;
}

/** Every group that the document names, in the order of the document. */
export function groupsNamed({ scope, grants, segments }: SetupDocument): readonly NamedGroup[] {
  return [
    ...listed('scope.groupIds', scope.groupIds),
    ...listed('scope.excludeGroupIds', scope.excludeGroupIds),
    ...grants.flatMap(({ source }, index) =>
      source.kind === 'group' ? [{ path: `grants[${index}].source.group`, groupId: source.groupId }] : [],
    ),
    ...listed('segments.groupIds', segments.groupIds),
  ];
}

function listed(path: string, groupIds: readonly string[]): readonly NamedGroup[] {
  return groupIds.map((groupId, index) => ({ path: `${path}[${index}]`, groupId }));
}

/** Whether the groups are there and may be named, and are not too many. */
export function validateGroups(document: SetupDocument, standingOf: GroupStandings): readonly SetupFault[] {
  const named = groupsNamed(document);
  const { groupTypes } = document.scope;
  return [
    ...named.flatMap(({ path, groupId }) => standingFaults(path, groupId, standingOf(groupId), groupTypes)),
    ...tooMany(named),
  ];
}

function standingFaults(
  path: string,
  groupId: string,
  standing: GroupStanding,
  groupTypes: Scope['groupTypes'],
): readonly SetupFault[] {
  switch (standing) {
    case 'suitable':
    case 'unknownYet':
      return [];
    case 'absent':
      return [fault(path, 'GroupNotFound', `There is no group ${groupId} in the directory.`)];
    case 'deleted':
      return [fault(path, 'GroupDeleted', `The group ${groupId} is deleted in the directory.`)];
    case 'notSecurityEnabled':
      return groupTypes === 'all'
        ? []
        : [
            fault(
              path,
              'GroupNotSecurityEnabled',
              `The group ${groupId} is not security-enabled, and the setup does not allow groups of every type.`,
            ),
          ];
  }
}

/** At the first that is too many; one that is named in several places counts once. */
function tooMany(named: readonly NamedGroup[]): readonly SetupFault[] {
  const seen = new Set<string>();
  for (const { path, groupId } of named) {
    seen.add(groupId);
    if (seen.size > MOST_GROUPS)
      return [fault(path, 'TooMany', `A setup names at most ${MOST_GROUPS} groups.`)];
  }
  return [];
}

/** Whether the scope says one thing. */
export function validateScope({
  kind,
  groupIds,
  excludeGroupIds,
}: Pick<Scope, 'kind' | 'groupIds' | 'excludeGroupIds'>): readonly SetupFault[] {
  const inScope = new Set(groupIds);
  return [
    ...countFaults(kind, groupIds.length),
    ...duplicates('scope.groupIds', groupIds, 'The group'),
    ...duplicates('scope.excludeGroupIds', excludeGroupIds, 'The group'),
    ...excludeGroupIds.flatMap((groupId, index) =>
      inScope.has(groupId)
        ? [
            fault(
              `scope.excludeGroupIds[${index}]`,
              'Contradiction',
              `The group ${groupId} is in scope and excluded.`,
            ),
          ]
        : [],
    ),
  ];
}

function countFaults(kind: Scope['kind'], count: number): readonly SetupFault[] {
  const path = 'scope.groupIds';
  switch (kind) {
    case 'directory':
      return count === 0
        ? []
        : [fault(path, 'Contradiction', 'The whole directory is in scope: name no groups.')];
    case 'rootGroup':
      return count === 1 ? [] : [fault(path, 'Contradiction', 'Name exactly one root group.')];
    case 'groups':
      return count > 0 ? [] : [fault(path, 'Contradiction', 'Name at least one group.')];
  }
}
