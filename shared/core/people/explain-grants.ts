import { groupSegment, type CompiledGrants } from './compile-grants.js';
import { explainPath, type PathsOf } from './explain-checks.js';
import type { ExplainedGrant, ExplainedSource } from './explanation.js';
import type { PersonFacts } from './facts.js';
import type { FieldSubject } from './field-reader.js';
import { compareItems, keyOf, type GrantItem } from './grant-item.js';

type Giver = CompiledGrants['givers'][number];

/**
 * Everything that a rule gives to the user, with each rule that does so.
 *
 * @param given what is given in fact: of who is out at most hosts
 */
export function explainGrants(
  compiled: CompiledGrants,
  facts: PersonFacts,
  subject: FieldSubject,
  { pathsOf, given }: { readonly pathsOf: PathsOf; readonly given: (item: GrantItem) => boolean },
): readonly ExplainedGrant[] {
  const found = new Map<string, { item: GrantItem; sources: ExplainedSource[] }>();
  const add = (item: GrantItem, source: ExplainedSource): void => {
    const entry = found.get(keyOf(item)) ?? { item, sources: [] };
    entry.sources.push(source);
    found.set(keyOf(item), entry);
  };
  for (const giver of compiled.givers) {
    if (!gives(giver, facts, subject)) continue;
    const source = explainSource(giver, pathsOf);
    for (const item of giver.items) add(item, source);
  }
  if (compiled.everyGroupIsSegment)
    for (const groupId of facts.groups)
      add(groupSegment(groupId), groupSource(groupId, 'segments.fromGroups', pathsOf));
  return [...found.values()]
    .sort((a, b) => compareItems(a.item, b.item))
    .map(({ item, sources }) => ({ grant: item, isGiven: given(item), sources }));
}

function gives({ source }: Giver, { groups, roleAssignments }: PersonFacts, subject: FieldSubject): boolean {
  switch (source.kind) {
    case 'group':
      return groups.has(source.groupId);
    case 'roleAssignment':
      return roleAssignments.has(source.id);
    case 'rule':
      return source.holds(subject);
  }
}

function explainSource(giver: Giver, pathsOf: PathsOf): ExplainedSource {
  const rule = placeOf(giver);
  const { source } = giver;
  switch (source.kind) {
    case 'group':
      return groupSource(source.groupId, rule, pathsOf);
    case 'roleAssignment':
      return { rule, kind: source.of, source: source.id, path: null };
    case 'rule':
      return { rule, kind: 'rule', source: source.where, path: null };
  }
}

function groupSource(groupId: string, rule: string, pathsOf: PathsOf): ExplainedSource {
  return { rule, kind: 'group', source: groupId, path: explainPath(pathsOf(groupId), groupId) };
}

function placeOf({ from, index }: Giver): string {
  switch (from) {
    case 'grants':
      return `grants[${index}]`;
    case 'segments':
      return `segments.rules[${index}]`;
    case 'segmentGroups':
      return `segments.groupIds[${index}]`;
  }
}
