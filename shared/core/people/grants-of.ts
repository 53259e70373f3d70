import { groupSegment, type CompiledGrants } from './compile-grants.js';
import type { PersonFacts } from './facts.js';
import type { FieldSubject } from './field-reader.js';
import { grantsFrom, type GrantItem } from './grant-item.js';
import type { PersonGrants } from './person.js';

/** Places among the items of a setup, a bit for each: kept once and in order without sorting. */
type Places = Uint32Array;

const WORD_BITS = 32;

/** All that a setup gives to somebody, sorted and without repetition, whether or not it is in scope. */
export function grantsOf(
  compiled: CompiledGrants,
  { groups, roleAssignments }: PersonFacts,
  subject: FieldSubject,
): PersonGrants {
  const places = new Uint32Array(Math.ceil(compiled.items.length / WORD_BITS));
  add(places, compiled.byRules(subject));
  collect(compiled.byGroup, groups, places);
  collect(compiled.byRoleAssignment, roleAssignments, places);
  const grants = grantsFrom(itemsAt(compiled.items, places));
  return compiled.everyGroupIsSegment ? { ...grants, segments: withGroups(grants.segments, groups) } : grants;
}

/** Goes through what the person is in, or through what the setup gives by, whichever is less. */
function collect(
  index: ReadonlyMap<string, readonly number[]>,
  held: ReadonlySet<string>,
  places: Places,
): void {
  if (index.size === 0) return;
  if (held.size <= index.size) {
    for (const one of held) {
      const given = index.get(one);
      if (given !== undefined) add(places, given);
    }
    return;
  }
  for (const [one, given] of index) if (held.has(one)) add(places, given);
}

function add(places: Places, more: readonly number[]): void {
  for (const place of more) {
    const word = Math.floor(place / WORD_BITS);
    places[word] = (places[word] ?? 0) | (1 << (place % WORD_BITS));
  }
}

function itemsAt(items: readonly GrantItem[], places: Places): readonly GrantItem[] {
  const found: GrantItem[] = [];
  for (const [word, bits] of places.entries()) {
    let left = bits;
    while (left !== 0) {
      const lowest = WORD_BITS - 1 - Math.clz32(left & -left);
      const item = items[word * WORD_BITS + lowest];
      if (item !== undefined) found.push(item);
      left &= left - 1;
    }
  }
  return found;
}

function withGroups(segments: readonly string[], groups: ReadonlySet<string>): readonly string[] {
  return [...new Set([...segments, ...[...groups].map((groupId) => groupSegment(groupId).id)])].sort();
}
