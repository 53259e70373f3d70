import { groupSegment, type CompiledGrants } from './compile-grants.js';
import type { PersonFacts } from './facts.js';
import type { FieldSubject } from './field-reader.js';
import { grantsFrom, type GrantItem } from './grant-item.js';
import type { PersonGrants } from './person.js';

/** All that a setup gives to somebody, sorted and without repetition, whether or not it is in scope. */
export function grantsOf(
  compiled: CompiledGrants,
  { groups, roleAssignments }: PersonFacts,
  subject: FieldSubject,
): PersonGrants {
  const places: number[] = [];
  collect(compiled.byGroup, groups, places);
  collect(compiled.byRoleAssignment, roleAssignments, places);
  for (const { holds, items } of compiled.byRule) if (holds(subject)) places.push(...items);
  const grants = grantsFrom(itemsAt(compiled.items, places));
  return compiled.everyGroupIsSegment ? { ...grants, segments: withGroups(grants.segments, groups) } : grants;
}

/** Goes through what the person is in, or through what the setup gives by, whichever is less. */
function collect(
  index: ReadonlyMap<string, readonly number[]>,
  held: ReadonlySet<string>,
  places: number[],
): void {
  if (index.size === 0) return;
  if (held.size <= index.size) {
    for (const one of held) pushAll(places, index.get(one));
    return;
  }
  for (const [one, items] of index) if (held.has(one)) pushAll(places, items);
}

function pushAll(places: number[], more: readonly number[] | undefined): void {
  if (more !== undefined) for (const place of more) places.push(place);
}

function itemsAt(items: readonly GrantItem[], places: number[]): readonly GrantItem[] {
  places.sort((a, b) => a - b);
  const found: GrantItem[] = [];
  let last = -1;
  for (const place of places) {
    const item = items[place];
    if (place !== last && item !== undefined) found.push(item);
    last = place;
  }
  return found;
}

function withGroups(segments: readonly string[], groups: ReadonlySet<string>): readonly string[] {
  return [...new Set([...segments, ...[...groups].map((groupId) => groupSegment(groupId).id)])].sort();
}
