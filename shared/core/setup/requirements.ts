import { namesOf } from '../condition/condition-parts.js';
import { parseCondition } from '../condition/parse-condition.js';
import { conditionsNamed } from './conditions-named.js';
import { parseSource, selectOf } from './field-catalog.js';
import { effectiveFields } from './presets.js';
import { ruleNamesOf, type RuleNames } from './rule-names.js';
import type { SetupDocument } from './setup.js';
import { groupsNamed } from './validate-groups.js';

/** What must be read of a directory for setups to be derived. Lists are sorted and name nothing twice. */
export interface Requirements {
  /** For `$select` of users, those of managers among them; neither `id` nor `manager`. */
  readonly userAttributes: readonly string[];
  /** Every group that is looked at: of the scope, excluded, sources of grants, segments. */
  readonly groups: readonly string[];
  /** Every group of the directory is a segment. */
  readonly allGroups: boolean;
  /** `{servicePrincipalId}/{appRoleId}`. */
  readonly appRoles: readonly string[];
  readonly directoryRoles: readonly string[];
  /** Whether who somebody's manager is matters. */
  readonly manager: boolean;
  /** Whether a condition looks at the manager, so that one who is not read yet could admit somebody or give something. */
  readonly managerDecides: boolean;
}

/** What every person has, whatever is mapped. */
const PROFILE = [
  'accountEnabled',
  'displayName',
  'givenName',
  'mail',
  'surname',
  'userPrincipalName',
  'userType',
];

/** What a setup needs; names that it should not have are passed over, since validation names them. */
export function requirementsOf(document: SetupDocument): Requirements {
  const { attributes, grants, match, segments } = document;
  const fields = effectiveFields(attributes);
  const names = ruleNamesOf(fields);
  const conditions = new Set(conditionsNamed(document).map(({ text }) => text));
  const decisive = [...conditions].flatMap((text) => selectedByCondition(text, names));
  const selected = [
    ...fields.flatMap(({ from }) => selectedFor(from)),
    ...(attributes.initialsFrom === null ? [] : selectedFor(attributes.initialsFrom)),
    ...(match.includes('alias') ? ['proxyAddresses'] : []),
    ...(attributes.connection === null ? [] : selectedFor(attributes.connection.attribute)),
    ...decisive,
  ];
  return {
    userAttributes: sorted([...PROFILE, ...selected.filter((name) => name !== 'manager')]),
    groups: sorted(groupsNamed(document).map(({ groupId }) => groupId)),
    allGroups: segments.fromGroups === 'all',
    appRoles: sorted(grants.flatMap(({ source }) => (source.kind === 'appRole' ? [source.appRole] : []))),
    directoryRoles: sorted(
      grants.flatMap(({ source }) => (source.kind === 'directoryRole' ? [source.directoryRole] : [])),
    ),
    manager: selected.includes('manager'),
    managerDecides: decisive.includes('manager'),
  };
}

export function unionOf(all: readonly Requirements[]): Requirements {
  return {
    userAttributes: sorted(all.flatMap(({ userAttributes }) => userAttributes)),
    groups: sorted(all.flatMap(({ groups }) => groups)),
    allGroups: all.some(({ allGroups }) => allGroups),
    appRoles: sorted(all.flatMap(({ appRoles }) => appRoles)),
    directoryRoles: sorted(all.flatMap(({ directoryRoles }) => directoryRoles)),
    manager: all.some(({ manager }) => manager),
    managerDecides: all.some(({ managerDecides }) => managerDecides),
  };
}

function selectedFor(name: string): readonly string[] {
  const source = parseSource(name);
  return source === null ? [] : selectOf(source);
}

function selectedByCondition(text: string, names: RuleNames): readonly string[] {
  const parsed = parseCondition(text);
  if (parsed.kind === 'faulty') return [];
  return namesOf(parsed.condition).flatMap(({ name }) => {
    const found = names(name);
    return found.kind === 'field' ? found.field.select : [];
  });
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
