import type { Predicate } from '../condition/compile-condition.js';
import type { FieldReader, FieldSubject } from './field-reader.js';

/** A condition over attributes, and all that it reads. */
export interface CompiledRule {
  readonly holds: Predicate<FieldSubject>;
  readonly reads: readonly FieldReader[];
}

/** What a rule gives: places among the items of a setup. */
export interface GivingRule extends CompiledRule {
  readonly items: readonly number[];
}

/** Fewer rules than these are asked sooner than remembered. */
const WORTH_REMEMBERING = 4;
const MOST_REMEMBERED = 2_000;

/**
 * What the rules of a setup give to somebody. Rules read few attributes with few values (department, country), so
 * the answer is remembered by what they read; where values are too many, remembering begins anew.
 */
export function rulesHolding(rules: readonly GivingRule[]): (subject: FieldSubject) => readonly number[] {
  const ask = (subject: FieldSubject): readonly number[] => [
    ...new Set(rules.flatMap(({ holds, items }) => (holds(subject) ? items : []))),
  ];
  if (rules.length < WORTH_REMEMBERING) return ask;
  const readers = [...new Set(rules.flatMap(({ reads }) => reads))];
  const remembered = new Map<string, readonly number[]>();
  return (subject) => {
    const key = keyOf(readers, subject);
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const places = ask(subject);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(key, places);
    return places;
  };
}

/** Values that differ have keys that differ: each stands behind its kind and length, what is no text as JSON. */
function keyOf(readers: readonly FieldReader[], subject: FieldSubject): string {
  let key = '';
  for (const read of readers) {
    const value = read(subject);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    key += `${typeof value === 'string' ? 't' : 'j'}${text.length}:${text}`;
  }
  return key;
}
