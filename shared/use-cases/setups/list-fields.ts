import { FIELD_CATALOG, findField, type CatalogField } from '../../core/setup/field-catalog.js';
import { effectiveFields } from '../../core/setup/presets.js';
import type { FieldMapping } from '../../core/setup/setup.js';
import type { SetupPorts } from './ports.js';

/** A field of a setup, or one that it could map. */
export interface SetupField {
  readonly field: CatalogField;
  /** Null where the setup does not map it. */
  readonly mapping: FieldMapping | null;
}

export type ListFieldsOutcome =
  | { readonly kind: 'found'; readonly fields: readonly SetupField[] }
  | { readonly kind: 'tenantNotFound' }
  | { readonly kind: 'notFound' };

/**
 * The fields of a setup by their names in the product, those of its preset included.
 * @param all also those that it could map and does not, by their names in the directory
 */
export async function listFields(
  { tenants, setups }: Pick<SetupPorts, 'tenants' | 'setups'>,
  { tenantId, setupId }: { readonly tenantId: string; readonly setupId: string },
  all: boolean,
): Promise<ListFieldsOutcome> {
  if ((await tenants.get(tenantId)) === null) return { kind: 'tenantNotFound' };
  const stored = await setups.get(tenantId, setupId);
  if (stored === null) return { kind: 'notFound' };
  const mappings = effectiveFields(stored.value.document.attributes);
  const mapped = mappings.flatMap((mapping): SetupField[] => {
    const found = findField(mapping.from);
    return found.kind === 'field' ? [{ field: found.field, mapping }] : [];
  });
  if (!all) return { kind: 'found', fields: mapped };
  const sources = new Set(mappings.map(({ from }) => from));
  const rest = FIELD_CATALOG.filter(({ name }) => !sources.has(name));
  return { kind: 'found', fields: [...mapped, ...rest.map((field) => ({ field, mapping: null }))] };
}
