import { findField, type CatalogField } from './field-catalog.js';
import type { FieldMapping } from './setup.js';

export type RuleName =
  | { readonly kind: 'field'; readonly field: CatalogField }
  | { readonly kind: 'notUsableInRules' }
  | { readonly kind: 'unsupported'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly meant: string | null };

/** What a name in a condition stands for. */
export type RuleNames = (name: string) => RuleName;

/**
 * What names stand for in the conditions of a setup: the directory's own field of that name, else what the setup maps
 * to it. A field that the setup maps is usable if one of its mappings is; one that it does not map is usable.
 * @param fields all of the setup, those of its preset included
 */
export function ruleNamesOf(fields: readonly FieldMapping[]): RuleNames {
  const usable = new Map<string, boolean>();
  const targets = new Map<string, FieldMapping>();
  for (const field of fields) {
    const { from, to, usableInRules } = field;
    usable.set(from, usableInRules || usable.get(from) === true);
    if (!targets.has(to)) targets.set(to, field);
  }
  return (name) => {
    const own = findField(name);
    if (own.kind === 'field') return usable.get(name) === false ? { kind: 'notUsableInRules' } : own;
    const mapped = targets.get(name);
    if (mapped === undefined) return own;
    return mapped.usableInRules ? findField(mapped.from) : { kind: 'notUsableInRules' };
  };
}
