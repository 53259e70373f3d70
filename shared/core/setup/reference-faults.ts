import type { Catalog, CatalogKind } from '../catalog/catalog.js';
import type { MirrorGroup } from '../mirror-rows.js';
import { groupReferences } from './group-references.js';
import type { SetupDocument } from './setup.js';
import type { SetupFault } from './setup-fault.js';

/** What the tenant's directory says of the groups that a document names. */
export interface KnownGroups {
  readonly rows: ReadonlyMap<string, MirrorGroup>;
  /** Whether all groups were read: then one without a row is none. */
  readonly complete: boolean;
}

/** What a document names and is not there, or cannot be used. */
export interface ReferenceJudgement {
  readonly faults: readonly SetupFault[];
  /** Groups that may be there: they are looked for once all were read. */
  readonly warnings: readonly SetupFault[];
}

/** Looks for everything that a document names outside itself: entries of the catalog, and groups. */
export function judgeReferences(
  document: SetupDocument,
  catalog: Catalog,
  groups: KnownGroups,
): ReferenceJudgement {
  const faults = catalogFaults(document, catalog);
  const warnings: SetupFault[] = [];
  for (const { path, groupId } of groupReferences(document)) {
    const group = groups.rows.get(groupId);
    if (group?.presence === 'live') {
      if (document.scope.groupTypes === 'all' || group.attributes['securityEnabled'] === true) continue;
      const message = `${path} names a group that is not security-enabled: allow it by scope.groupTypes "all".`;
      faults.push({ path, code: 'UnsuitableGroup', message });
    } else if (groups.complete) {
      faults.push({ path, code: 'UnknownGroup', message: `${path} names no group of this tenant.` });
    } else {
      const message = `${path} names a group that was not read yet: whether it is there shows after the first sync.`;
      warnings.push({ path, code: 'UnknownGroup', message });
    }
  }
  return { faults, warnings };
}

const WORDS: Readonly<Record<CatalogKind, string>> = {
  role: 'role',
  costCenter: 'cost center',
  deliveryProvider: 'delivery provider',
  reception: 'reception',
  organizationalUnit: 'organizational unit',
  customerType: 'customer type',
};

function catalogFaults(
  { customerType, grants, organizationId }: SetupDocument,
  catalog: Catalog,
): SetupFault[] {
  const faults: SetupFault[] = [];
  const look = (path: string, kind: CatalogKind, id: string): void => {
    if (catalog.find(kind, id) !== null) return;
    const message = `${path} names the ${WORDS[kind]} ${id}, which the catalog of ${organizationId} does not have: register it first.`;
    faults.push({ path, code: 'UnknownCatalogEntry', message });
  };
  if (customerType !== null) look('customerType', 'customerType', customerType);
  for (const [index, rule] of grants.entries()) {
    const at = (list: string, place: number): string => `grants[${index}].${list}[${place}]`;
    for (const [n, id] of rule.roles.entries()) look(at('roles', n), 'role', id);
    for (const [n, { kind, id }] of rule.memberships.entries()) look(at('memberships', n), kind, id);
    for (const [n, id] of rule.hostsOf.entries()) look(at('hostsOf', n), 'reception', id);
    for (const [n, id] of rule.organizationalUnits.entries())
      look(at('organizationalUnits', n), 'organizationalUnit', id);
  }
  return faults;
}
