import { CATALOG_KINDS, type Catalog, type CatalogKind } from '../catalog/catalog.js';
import { duplicates, fault, type SetupFault } from './setup-fault.js';
import type { GrantRule, GrantSource } from './setup.js';
import type { ConditionFaults } from './validate-condition.js';

const KIND_NAMES: Readonly<Record<CatalogKind, string>> = {
  role: 'role',
  costCenter: 'cost center',
  deliveryProvider: 'delivery provider',
  reception: 'reception',
  organizationalUnit: 'organizational unit',
  customerType: 'customer type',
};
const GUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const APP_ROLE = new RegExp(`^${GUID}/${GUID}$`, 'i');
const DIRECTORY_ROLE = new RegExp(`^${GUID}$`, 'i');

/** Whether grants come from what can be read, give what is registered, and each something that no other gives. */
export function validateGrants(
  grants: readonly GrantRule[],
  catalog: Catalog,
  conditionFaults: ConditionFaults,
): readonly SetupFault[] {
  return [
    ...grants.flatMap((grant, index) => [
      ...sourceFaults(`grants[${index}].source`, grant.source, conditionFaults),
      ...giftFaults(`grants[${index}]`, grant, catalog),
    ]),
    ...repeated(grants),
  ];
}

function sourceFaults(
  path: string,
  source: GrantSource,
  conditionFaults: ConditionFaults,
): readonly SetupFault[] {
  switch (source.kind) {
    case 'group':
      return [];
    case 'appRole':
      return APP_ROLE.test(source.appRole)
        ? []
        : [
            fault(
              `${path}.appRole`,
              'InvalidValue',
              'An app role is the id of its service principal, a slash, and its own id.',
            ),
          ];
    case 'directoryRole':
      return DIRECTORY_ROLE.test(source.directoryRole)
        ? []
        : [
            fault(
              `${path}.directoryRole`,
              'InvalidValue',
              'A directory role is an id, or that of its template.',
            ),
          ];
    case 'rule':
      return conditionFaults(`${path}.where`, source.where);
  }
}

function giftFaults(path: string, grant: GrantRule, catalog: Catalog): readonly SetupFault[] {
  const memberships = grant.memberships.map(({ kind, id }) => `${kind}:${id}`);
  return [
    ...grant.roles.flatMap((id, index) => catalogFaults(`${path}.roles[${index}]`, catalog, 'role', id)),
    ...grant.memberships.flatMap(({ kind, id }, index) =>
      catalogFaults(`${path}.memberships[${index}]`, catalog, kind, id),
    ),
    ...grant.hostsOf.flatMap((id, index) =>
      catalogFaults(`${path}.hostsOf[${index}]`, catalog, 'reception', id),
    ),
    ...grant.organizationalUnits.flatMap((id, index) =>
      catalogFaults(`${path}.organizationalUnits[${index}]`, catalog, 'organizationalUnit', id),
    ),
    ...duplicates(`${path}.roles`, grant.roles, 'The role'),
    ...duplicates(`${path}.memberships`, memberships, 'The membership'),
    ...duplicates(`${path}.hostsOf`, grant.hostsOf, 'The reception'),
    ...duplicates(`${path}.organizationalUnits`, grant.organizationalUnits, 'The organizational unit'),
  ];
}

/** Whether something of that kind is registered, and a role with its module. */
export function catalogFaults(
  path: string,
  catalog: Catalog,
  kind: CatalogKind,
  id: string,
): readonly SetupFault[] {
  const entry = catalog.find(kind, id);
  if (entry === null) {
    const other = CATALOG_KINDS.find((one) => catalog.find(one, id) !== null);
    const hint = other === undefined ? '' : ` It is registered as a ${KIND_NAMES[other]}.`;
    return [
      fault(
        path,
        'UnknownCatalogEntry',
        `The organization has no ${KIND_NAMES[kind]} ${JSON.stringify(id)}.${hint}`,
      ),
    ];
  }
  return kind === 'role' && entry.module === null
    ? [fault(path, 'UnknownCatalogEntry', `The role ${JSON.stringify(id)} has no module.`)]
    : [];
}

/** Grants that give nothing, or nothing that grants of the same source before them do not give. */
function repeated(grants: readonly GrantRule[]): readonly SetupFault[] {
  const given = new Map<string, Set<string>>();
  return grants.flatMap((grant, index) => {
    const gifts = giftsOf(grant);
    const path = `grants[${index}]`;
    if (gifts.length === 0) return [fault(path, 'Contradiction', 'The grant gives nothing.')];
    const source = JSON.stringify(grant.source);
    const before = given.get(source) ?? new Set<string>();
    const nothingNew = gifts.every((gift) => before.has(gift));
    for (const gift of gifts) before.add(gift);
    given.set(source, before);
    return nothingNew
      ? [fault(path, 'Duplicate', 'Grants of the same source before it give all that it gives.')]
      : [];
  });
}

function giftsOf({ roles, memberships, hostsOf, organizationalUnits }: GrantRule): readonly string[] {
  return [
    ...roles.map((id) => `role:${id}`),
    ...memberships.map(({ kind, id }) => `${kind}:${id}`),
    ...hostsOf.map((id) => `host:${id}`),
    ...organizationalUnits.map((id) => `unit:${id}`),
  ];
}
