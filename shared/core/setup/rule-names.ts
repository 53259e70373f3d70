import { findField, type CatalogField } from './field-catalog.js';
import type { FieldMapping } from './setup.js';

export type RuleName =
  | { readonly kind: 'field'; readonly field: CatalogField }
  | { readonly kind: 'notUsableInRules' }
  | { readonly kind: 'unsupported'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly meant: string | null };

/**
 * What a name in a condition stands for: the directory's own field of that name, else what the setup maps to it. A
 * field that the setup maps is usable where one of its mappings is; one that it does not map is usable.
 * @param fields all of the setup, those of its preset included
 */
export function resolveRuleName(fields: readonly FieldMapping[], name: string): RuleName {
  const own = findField(name);
  if (own.kind === 'field') {
    const mappings = fields.filter(({ from }) => from === name);
    const usable = mappings.length === 0 || mappings.some(({ usableInRules }) => usableInRules);
    return usable ? own : { kind: 'notUsableInRules' };
  }
  const mapped = fields.find(({ to }) => to === name);
  if (mapped === undefined) return own;
  return mapped.usableInRules ? findField(mapped.from) : { kind: 'notUsableInRules' };
}
