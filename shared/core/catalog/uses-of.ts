import type { GrantRule, Setup } from '../setup/setup.js';
import type { CatalogEntry } from './catalog.js';

/** A place in a setup that names an entry of the catalog. */
export interface CatalogUse {
  readonly tenantId: string;
  readonly setupId: string;
  readonly designation: string;
  /** As in the document: `grants[3].roles[0]`. */
  readonly path: string;
}

type Key = Pick<CatalogEntry, 'kind' | 'id'>;

/** Where these setups, all of the entry's organization, name it. */
export function usesOf({ kind, id }: Key, setups: readonly Setup[]): CatalogUse[] {
  return setups.flatMap(({ tenantId, setupId, document }) => {
    const { customerType, grants, designation } = document;
    const paths = kind === 'customerType' && customerType === id ? ['customerType'] : [];
    for (const [index, rule] of grants.entries())
      for (const [place, named] of namedIn(rule))
        if (named.kind === kind && named.id === id) paths.push(`grants[${index}].${place}`);
    return paths.map((path) => ({ tenantId, setupId, designation, path }));
  });
}

/** What a grant gives out of the catalog, by its place in the grant. */
function namedIn({ roles, memberships, hostsOf, organizationalUnits }: GrantRule): [string, Key][] {
  return [
    ...placed('roles', roles, (id) => ({ kind: 'role', id })),
    ...placed('memberships', memberships, (named) => named),
    ...placed('hostsOf', hostsOf, (id) => ({ kind: 'reception', id })),
    ...placed('organizationalUnits', organizationalUnits, (id) => ({ kind: 'organizationalUnit', id })),
  ];
}

function placed<Named>(list: string, items: readonly Named[], key: (item: Named) => Key): [string, Key][] {
  return items.map((item, index) => [`${list}[${index}]`, key(item)]);
}
