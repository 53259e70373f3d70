import type { CompiledGrants } from './compile-grants.js';
import { compareItems, grantsFrom, itemsOf, keyOf, type GrantItem } from './grant-item.js';
import type { Host, Person } from './person.js';
import type { Presented } from './presented.js';

/** What a person or host is about to lose because groups that gave it vanished. */
export interface GrantLoss {
  /** Keys of the grants, see `keyOf`: `role:booker`, `membership:costCenter:4711`, `host:lobby`. */
  readonly losing: readonly string[];
  /** What is presented as long as nothing is taken. */
  readonly kept: Presented;
}

/** So many grants are remembered of somebody; who loses more is shown with these. */
const MOST_REMEMBERED = 100;

/**
 * Returns what somebody had and is not given any more, whatever the reason. Who is out of scope is about to lose
 * everything anyway, which is a removal; of these only hosts who are no people count.
 */
export function lostGrants(
  presented: Presented,
  { previous, hosts }: { readonly previous: Person | null; readonly hosts: readonly Host[] },
): readonly GrantItem[] {
  const receptions = hosts.map(({ receptionId }): GrantItem => ({ kind: 'host', id: receptionId }));
  const wasInScope = previous?.statusReason === 'inScope';
  switch (presented.kind) {
    case 'in':
      return without([...(wasInScope ? itemsOf(previous) : []), ...receptions], itemsOf(presented.grants));
    case 'out':
      if (wasInScope || presented.reason !== 'outsideScope') return [];
      return without(
        receptions,
        presented.hostsOf.map((id) => ({ kind: 'host', id })),
      );
  }
}

/** The groups whose people the setup gives this to. */
export function givingGroups(
  { groupsOfItem, everyGroupIsSegment }: Pick<CompiledGrants, 'groupsOfItem' | 'everyGroupIsSegment'>,
  item: GrantItem,
): readonly string[] {
  const [, ofSegment] = item.kind === 'segment' && everyGroupIsSegment ? item.id.split('group:') : [];
  return [...(groupsOfItem.get(keyOf(item)) ?? []), ...(ofSegment === undefined ? [] : [ofSegment])];
}

/** Returns what is presented if what these groups gave is not taken. */
export function keepGiven(
  grants: Pick<CompiledGrants, 'groupsOfItem' | 'everyGroupIsSegment'>,
  presented: Presented,
  lost: readonly GrantItem[],
  groupIds: ReadonlySet<string>,
): Presented {
  const items = lost.filter((item) => givingGroups(grants, item).some((id) => groupIds.has(id)));
  return items.length === 0 ? presented : withItems(presented, items);
}

/**
 * Returns what somebody loses of which a group that gives it vanished; null if nothing is. Whether it was that group
 * that they were in is not known any more.
 *
 * @param lost as `lostGrants` returns it
 * @param vanished groups that are not in the directory, or beneath which a group vanished
 */
export function lossByVanishing(
  grants: Pick<CompiledGrants, 'groupsOfItem' | 'everyGroupIsSegment'>,
  presented: Presented,
  lost: readonly GrantItem[],
  vanished: ReadonlySet<string>,
): GrantLoss | null {
  const items = lost.filter((item) => givingGroups(grants, item).some((id) => vanished.has(id)));
  if (items.length === 0) return null;
  const losing = [...new Set(items.map(keyOf))].sort().slice(0, MOST_REMEMBERED);
  return { losing, kept: withItems(presented, items) };
}

function withItems(presented: Presented, items: readonly GrantItem[]): Presented {
  switch (presented.kind) {
    case 'in': {
      const all = new Map([...items, ...itemsOf(presented.grants)].map((item) => [keyOf(item), item]));
      return { ...presented, grants: grantsFrom([...all.values()].sort(compareItems)) };
    }
    case 'out': {
      const receptions = items.flatMap((item) => (item.kind === 'host' ? [item.id] : []));
      return { ...presented, hostsOf: [...new Set([...presented.hostsOf, ...receptions])].sort() };
    }
  }
}

function without(items: readonly GrantItem[], given: readonly GrantItem[]): readonly GrantItem[] {
  const kept = new Set(given.map(keyOf));
  return items.filter((item) => !kept.has(keyOf(item)));
}
