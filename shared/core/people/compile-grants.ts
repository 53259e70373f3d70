import type { Catalog } from '../catalog/catalog.js';
import type { GrantRule, SetupDocument } from '../setup/setup.js';
import type { FieldSubject } from './field-reader.js';
import { compareItems, keyOf, type GrantItem } from './grant-item.js';
import { rulesHolding, type CompiledRule, type GivingRule } from './rules-holding.js';

/** What makes somebody get items: a rule of `grants` or of `segments`, by its place there. */
export interface GrantGiver {
  readonly from: 'grants' | 'segments' | 'segmentGroups';
  readonly index: number;
  readonly items: readonly GrantItem[];
}

/** All that a setup gives, found by what people are in. Numbers are places in `items`, which is sorted. */
export interface CompiledGrants {
  readonly items: readonly GrantItem[];
  /** Sources whose membership was looked up: groups, and role assignments. */
  readonly byGroup: ReadonlyMap<string, readonly number[]>;
  readonly byRoleAssignment: ReadonlyMap<string, readonly number[]>;
  /** What the rules give to somebody. */
  readonly byRules: (subject: FieldSubject) => readonly number[];
  /** The groups that give an item, by its key. */
  readonly groupsOfItem: ReadonlyMap<string, readonly string[]>;
  /** Every group that somebody is in is a segment. */
  readonly everyGroupIsSegment: boolean;
  /** For explanations: which rules give by the same source. */
  readonly givers: readonly (GrantGiver & { readonly source: CompiledSource })[];
}

export type CompiledSource =
  | { readonly kind: 'group'; readonly groupId: string }
  | { readonly kind: 'roleAssignment'; readonly of: 'appRole' | 'directoryRole'; readonly id: string }
  | ({ readonly kind: 'rule'; readonly where: string } & CompiledRule);

export function groupSegment(groupId: string): GrantItem {
  return { kind: 'segment', id: `group:${groupId}` };
}

/** The named organizational unit only: those above it follow from the catalog and are not given. */
export function compileGrants(
  { grants, segments }: SetupDocument,
  catalog: Catalog,
  ruleOf: (where: string) => CompiledRule,
): CompiledGrants {
  const givers: CompiledGrants['givers'][number][] = grants.map((rule, index) => ({
    from: 'grants',
    index,
    items: itemsOf(rule, catalog),
    source: sourceOf(rule, ruleOf),
  }));
  segments.rules.forEach(({ id, where }, index) =>
    givers.push({
      from: 'segments',
      index,
      items: [{ kind: 'segment', id: `rule:${id}` }],
      source: { kind: 'rule', where, ...ruleOf(where) },
    }),
  );
  if (segments.fromGroups === 'listed')
    segments.groupIds.forEach((groupId, index) =>
      givers.push({
        from: 'segmentGroups',
        index,
        items: [groupSegment(groupId)],
        source: { kind: 'group', groupId },
      }),
    );
  return {
    ...indexed(givers),
    groupsOfItem: groupsByItem(givers),
    everyGroupIsSegment: segments.fromGroups === 'all',
    givers,
  };
}

function indexed(
  givers: CompiledGrants['givers'],
): Pick<CompiledGrants, 'items' | 'byGroup' | 'byRoleAssignment' | 'byRules'> {
  const items = [
    ...new Map(givers.flatMap((giver) => giver.items.map((item) => [keyOf(item), item]))).values(),
  ].sort(compareItems);
  const placeOf = new Map(items.map((item, place) => [keyOf(item), place]));
  const byGroup = new Map<string, Set<number>>();
  const byRoleAssignment = new Map<string, Set<number>>();
  const rules: GivingRule[] = [];
  for (const giver of givers) {
    const places = giver.items.map((item) => placeOf.get(keyOf(item)) ?? 0);
    switch (giver.source.kind) {
      case 'group':
        append(byGroup, giver.source.groupId, places);
        break;
      case 'roleAssignment':
        append(byRoleAssignment, giver.source.id, places);
        break;
      case 'rule':
        rules.push({ holds: giver.source.holds, reads: giver.source.reads, items: places });
    }
  }
  return {
    items,
    byGroup: listed(byGroup),
    byRoleAssignment: listed(byRoleAssignment),
    byRules: rulesHolding(rules),
  };
}

function groupsByItem(givers: CompiledGrants['givers']): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { source, items } of givers) {
    if (source.kind !== 'group') continue;
    for (const item of items) {
      const known = groups.get(keyOf(item));
      if (known === undefined) groups.set(keyOf(item), [source.groupId]);
      else known.push(source.groupId);
    }
  }
  return groups;
}

function append(index: Map<string, Set<number>>, key: string, places: readonly number[]): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, new Set(places));
  else for (const place of places) known.add(place);
}

function listed(index: ReadonlyMap<string, ReadonlySet<number>>): ReadonlyMap<string, readonly number[]> {
  return new Map([...index].map(([key, places]) => [key, [...places]]));
}

function itemsOf(rule: GrantRule, catalog: Catalog): readonly GrantItem[] {
  return [
    ...rule.roles.map((id): GrantItem => ({
      kind: 'role',
      id,
      module: catalog.find('role', id)?.module ?? null,
    })),
    ...rule.memberships.map(({ kind, id }): GrantItem => ({ kind: 'membership', of: kind, id })),
    ...rule.hostsOf.map((id): GrantItem => ({ kind: 'host', id })),
    ...rule.organizationalUnits.map((id): GrantItem => ({ kind: 'organizationalUnit', id })),
  ];
}

function sourceOf({ source }: GrantRule, ruleOf: (where: string) => CompiledRule): CompiledSource {
  switch (source.kind) {
    case 'group':
      return { kind: 'group', groupId: source.groupId };
    case 'appRole':
      return { kind: 'roleAssignment', of: 'appRole', id: source.appRole };
    case 'directoryRole':
      return { kind: 'roleAssignment', of: 'directoryRole', id: source.directoryRole };
    case 'rule':
      return { kind: 'rule', where: source.where, ...ruleOf(source.where) };
  }
}
