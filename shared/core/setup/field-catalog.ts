import {
  ATTRIBUTE_PARTS,
  MAPPED_ATTRIBUTES,
  UNSUPPORTED_ATTRIBUTES,
  type FieldType,
} from './user-attributes.js';

/** Where the value of a field comes from: what its name in a setup says, taken apart. */
export type FieldSource =
  /** The object id. */
  | { readonly kind: 'id' }
  /** An attribute of Graph's user as it is. */
  | { readonly kind: 'attribute'; readonly name: string }
  /** One value within a structured attribute. */
  | { readonly kind: 'part'; readonly attribute: keyof typeof ATTRIBUTE_PARTS; readonly part: string }
  /** A directory extension, `extension_{32 hex digits}_{name}`. */
  | { readonly kind: 'extension'; readonly name: string }
  /** The first element of a list. */
  | { readonly kind: 'first'; readonly attribute: string }
  /** A line of the street address, counted from 1; lines are parted by line ends of any kind. */
  | { readonly kind: 'line'; readonly line: number }
  /** Street, city, state, postal code and country, those that have a value, parted by `, `. */
  | { readonly kind: 'fullAddress' }
  /** `active` or `inactive`, from accountEnabled. */
  | { readonly kind: 'status' }
  /** What stands before the `@`. */
  | { readonly kind: 'localPart'; readonly attribute: 'userPrincipalName' | 'mail' }
  | { readonly kind: 'manager'; readonly property: 'id' | 'displayName' | 'mail' };

/** A field that a setup can map, as operators read it in the catalog. */
export interface CatalogField {
  /** What stands as `from` in a mapping, and as a name in conditions. */
  readonly name: string;
  readonly type: FieldType;
  readonly collection: boolean;
  readonly allowedValues: readonly string[] | null;
  /** What is asked of Graph for it. */
  readonly select: readonly string[];
  readonly source: FieldSource;
}

export const FULL_ADDRESS_ATTRIBUTES = ['streetAddress', 'city', 'state', 'postalCode', 'country'] as const;
const ADDRESS_LINES = 5;
const STATUS_VALUES = ['active', 'inactive'];
const DIRECTORY_EXTENSION = /^extension_[0-9a-f]{32}_\w+$/i;
/** Schema extensions: resources/schemaextension.md; delta does not track them: concepts/known-issues.md. */
const SCHEMA_EXTENSION = /^ext[0-9a-z]{8}_\w+$/i;

/**
 * The properties that must be in `$select` of users for this source; `manager` is the relationship, and what stands
 * beside it is read on the manager's own row. Empty for the id, which always comes.
 */
export function selectOf(source: FieldSource): readonly string[] {
  switch (source.kind) {
    case 'id':
      return [];
    case 'attribute':
    case 'extension':
      return [source.name];
    case 'part':
    case 'first':
    case 'localPart':
      return [source.attribute];
    case 'line':
      return ['streetAddress'];
    case 'fullAddress':
      return FULL_ADDRESS_ATTRIBUTES;
    case 'status':
      return ['accountEnabled'];
    case 'manager':
      return source.property === 'id' ? ['manager'] : ['manager', source.property];
  }
}

function field(name: string, source: FieldSource, rest: Partial<CatalogField> = {}): CatalogField {
  return {
    name,
    type: 'string',
    collection: false,
    allowedValues: null,
    select: selectOf(source),
    source,
    ...rest,
  };
}

/** Every field with a name of its own. Directory extensions come on top, by the pattern of their names. */
export const FIELD_CATALOG: readonly CatalogField[] = [
  field('id', { kind: 'id' }),
  ...MAPPED_ATTRIBUTES.map((attribute) =>
    field(attribute.name, { kind: 'attribute', name: attribute.name }, attribute),
  ),
  ...MAPPED_ATTRIBUTES.filter(({ collection }) => collection).map(({ name }) =>
    field(`${name}.first`, { kind: 'first', attribute: name }),
  ),
  field('accountEnabled.status', { kind: 'status' }, { allowedValues: STATUS_VALUES }),
  ...partsOf('employeeOrgData'),
  ...partsOf('onPremisesExtensionAttributes'),
  ...Array.from({ length: ADDRESS_LINES }, (_, index) =>
    field(`streetAddress.line${index + 1}`, { kind: 'line', line: index + 1 }),
  ),
  field('fullAddress', { kind: 'fullAddress' }),
  field('mail.localPart', { kind: 'localPart', attribute: 'mail' }),
  field('userPrincipalName.localPart', { kind: 'localPart', attribute: 'userPrincipalName' }),
  ...(['id', 'displayName', 'mail'] as const).map((property) =>
    field(`manager.${property}`, { kind: 'manager', property }),
  ),
];

function partsOf(attribute: keyof typeof ATTRIBUTE_PARTS): readonly CatalogField[] {
  return ATTRIBUTE_PARTS[attribute].map((part) =>
    field(`${attribute}.${part}`, { kind: 'part', attribute, part }),
  );
}

const byName = new Map(FIELD_CATALOG.map((entry) => [entry.name, entry]));
const byLowerCase = new Map(FIELD_CATALOG.map((entry) => [entry.name.toLowerCase(), entry.name]));

export type FieldFound =
  | { readonly kind: 'field'; readonly field: CatalogField }
  /** Known, and refused; `reason` is a sentence. */
  | { readonly kind: 'unsupported'; readonly reason: string }
  /** `meant` is the field whose name differs in upper and lower case only. */
  | { readonly kind: 'unknown'; readonly meant: string | null };

/** The field of that name. Names are told apart by upper and lower case, as Graph prints them. */
export function findField(name: string): FieldFound {
  const known = byName.get(name);
  if (known !== undefined) return { kind: 'field', field: known };
  const reason = UNSUPPORTED_ATTRIBUTES.get(name);
  if (reason !== undefined) return { kind: 'unsupported', reason };
  if (DIRECTORY_EXTENSION.test(name))
    return { kind: 'field', field: field(name, { kind: 'extension', name }, { type: 'any' }) };
  if (SCHEMA_EXTENSION.test(name))
    return { kind: 'unsupported', reason: 'Reading changes does not tell changes of schema extensions.' };
  return { kind: 'unknown', meant: byLowerCase.get(name.toLowerCase()) ?? null };
}

/** The source that a name stands for; null where there is no such field, or none that can be mapped. */
export function parseSource(name: string): FieldSource | null {
  const found = findField(name);
  return found.kind === 'field' ? found.field.source : null;
}
