import type { Catalog } from '../catalog/catalog.js';
import { duplicates, fault, type SetupFault } from './setup-fault.js';
import type { Removal, RemovalGuard, SegmentRules, SetupDocument } from './setup.js';
import { validateAttributes } from './validate-attributes.js';
import { conditionFaultsOf } from './validate-condition.js';
import { catalogFaults, validateGrants } from './validate-grants.js';
import { validateGroups, validateScope, type GroupStandings } from './validate-groups.js';

/** What a document is judged by: what is known at this moment about everything that it names. */
export interface SetupSurroundings {
  /** Of the document's organization; empty where there is no such organization. */
  readonly catalog: Catalog;
  readonly groups: GroupStandings;
  /** `ofOtherTenants`: it is there, and the setup's tenant does not belong to it. */
  readonly organization: 'known' | 'unknown' | 'ofOtherTenants';
}

/**
 * Everything that is wrong with a document, all at once, each at its place. A setup without faults can be compiled.
 * A document without a mapping is none of them: people have name, mail and status all the same.
 */
export function validateSetup(
  document: SetupDocument,
  surroundings: SetupSurroundings,
): readonly SetupFault[] {
  const { scope, attributes, grants, segments, customerType, removalGuard } = document;
  const conditionFaults = conditionFaultsOf(document);
  return [
    ...organizationFaults(document.organizationId, surroundings),
    ...(customerType === null
      ? []
      : catalogFaults('customerType', surroundings.catalog, 'customerType', customerType)),
    ...resourceTypeFaults(document.resourceTypes),
    ...validateScope(scope),
    ...(scope.filter === null ? [] : conditionFaults('scope.filter', scope.filter)),
    ...validateGroups(document, surroundings.groups),
    ...validateAttributes(attributes),
    ...matchFaults(document),
    ...removalFaults('remove.whenLeft', document.remove.whenLeft),
    ...removalFaults('remove.whenDeleted', document.remove.whenDeleted),
    ...validateGrants(grants, surroundings.catalog, conditionFaults),
    ...segmentFaults(segments),
    ...segments.rules.flatMap(({ where }, index) => conditionFaults(`segments.rules[${index}].where`, where)),
    ...guardFaults(removalGuard),
  ];
}

function organizationFaults(
  organizationId: string,
  { organization }: SetupSurroundings,
): readonly SetupFault[] {
  const named = `organization ${JSON.stringify(organizationId)}`;
  switch (organization) {
    case 'known':
      return [];
    case 'unknown':
      return [fault('organizationId', 'OrganizationNotFound', `There is no ${named}.`)];
    case 'ofOtherTenants':
      return [fault('organizationId', 'OrganizationNotFound', `The tenant does not belong to the ${named}.`)];
  }
}

function resourceTypeFaults(types: SetupDocument['resourceTypes']): readonly SetupFault[] {
  const path = 'resourceTypes';
  return [
    ...(types.length === 0 ? [fault(path, 'Contradiction', 'Name what is read: users.')] : []),
    ...types.flatMap((type, index) =>
      type === 'contacts'
        ? [fault(`${path}[${index}]`, 'NotSupported', 'This version does not read contacts yet.')]
        : [],
    ),
    ...duplicates(path, types, 'The type'),
  ];
}

function matchFaults({ match, create, update, attributes }: SetupDocument): readonly SetupFault[] {
  const initials = match.indexOf('initials');
  return [
    ...duplicates('match', match, 'The key'),
    ...(initials >= 0 && attributes.initialsFrom === null
      ? [
          fault(
            `match[${initials}]`,
            'Contradiction',
            'Say in attributes.initialsFrom where initials come from.',
          ),
        ]
      : []),
    ...(match.length === 0 && !create && !update
      ? [
          fault(
            'match',
            'Contradiction',
            'Nobody is matched, created or updated: the setup would do nothing.',
          ),
        ]
      : []),
  ];
}

function removalFaults(path: string, { mode, afterDays }: Removal): readonly SetupFault[] {
  if (!Number.isInteger(afterDays) || afterDays < 0)
    return [fault(`${path}.afterDays`, 'InvalidValue', 'Name a whole number of days, 0 or more.')];
  return mode !== 'delete' && afterDays !== 0
    ? [fault(`${path}.afterDays`, 'Contradiction', `Days count until a deletion, and the mode is ${mode}.`)]
    : [];
}

function segmentFaults({ fromGroups, groupIds, rules }: SegmentRules): readonly SetupFault[] {
  const path = 'segments.groupIds';
  return [
    ...(fromGroups === 'listed' && groupIds.length === 0
      ? [fault(path, 'Contradiction', 'List the groups that are segments.')]
      : []),
    ...(fromGroups !== 'listed' && groupIds.length > 0
      ? [
          fault(
            path,
            'Contradiction',
            `Groups are listed, and segments are made from ${fromGroups} of the groups.`,
          ),
        ]
      : []),
    ...duplicates(path, groupIds, 'The group'),
    ...duplicates(
      'segments.rules',
      rules.map(({ id }) => id),
      'The segment',
    ).map((found) => ({ ...found, path: `${found.path}.id` })),
    ...rules.flatMap(({ id, name }, index) => [
      ...blankFaults(`segments.rules[${index}].id`, id),
      ...blankFaults(`segments.rules[${index}].name`, name),
    ]),
  ];
}

function blankFaults(path: string, text: string): readonly SetupFault[] {
  return text.trim() === '' ? [fault(path, 'InvalidName', 'It is empty.')] : [];
}

function guardFaults(guard: RemovalGuard): readonly SetupFault[] {
  const path = 'removalGuard';
  const { maxShare, withinHours } = guard;
  const counts = (['maxCount', 'minCount'] as const).filter(
    (name) => !Number.isInteger(guard[name]) || guard[name] < 0,
  );
  return [
    ...counts.map((name) =>
      fault(`${path}.${name}`, 'InvalidValue', 'Name a whole number of people, 0 or more.'),
    ),
    ...(maxShare >= 0 && maxShare <= 1
      ? []
      : [fault(`${path}.maxShare`, 'InvalidValue', 'Name a share from 0 to 1.')]),
    ...(withinHours > 0 && Number.isFinite(withinHours)
      ? []
      : [fault(`${path}.withinHours`, 'InvalidValue', 'Name a number of hours above 0.')]),
  ];
}
