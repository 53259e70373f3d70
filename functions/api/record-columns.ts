import { comparableName, requireDistinct, requireNames } from './column-names.js';
import { ApiError } from './errors.js';

/** What a record has of its own, by the names of `docs/matching.md`. */
export type RecordField =
  'recordId' | 'entraId' | 'mail' | 'initials' | 'displayName' | 'phones' | 'jobTitle' | 'country';

/** What a column is: one of a record's own, or a value by that name. */
export type Column = { readonly field: RecordField } | { readonly value: string };

/** Columns of a list: every value that records may have, and several columns of phone numbers. */
const MOST_COLUMNS = 1_000;

/** Names that columns go by elsewhere, in small letters without spaces, `_` and `-`. */
const COLUMNS: ReadonlyMap<string, RecordField> = new Map(
  Object.entries({
    ...{ recordid: 'recordId', id: 'recordId' },
    ...{ entraid: 'entraId', objectid: 'entraId', azureid: 'entraId', aadid: 'entraId', oid: 'entraId' },
    ...{ mail: 'mail', email: 'mail', emailaddress: 'mail' },
    ...{ initials: 'initials' },
    ...{ displayname: 'displayName', name: 'displayName', fullname: 'displayName' },
    ...{ phones: 'phones', phone: 'phones', mobile: 'phones', mobilephone: 'phones', telephone: 'phones' },
    ...{ businessphone: 'phones' },
    ...{ jobtitle: 'jobTitle', title: 'jobTitle' },
    ...{ country: 'country' },
  } as const),
);

/** Nothing that is written to an object's property of this name stays there. */
const UNUSABLE_NAME = '__proto__';

/**
 * What the columns of a header are.
 * @param mapping by the names of columns in the header, which field each is
 * @throws ApiError where one is none, is there twice, or the id of the record is missing
 */
export function columnsOf(
  header: readonly string[],
  mapping: Readonly<Record<string, string>>,
): readonly Column[] {
  if (header.length > MOST_COLUMNS)
    throw new ApiError(
      'InvalidRequest',
      `A list has at most ${MOST_COLUMNS} columns; its first line names ${header.length}.`,
    );
  const missing = Object.keys(mapping).find((name) => !header.includes(name));
  if (missing !== undefined)
    throw new ApiError('InvalidRequest', `There is no column ${missing}.`, { target: `columns.${missing}` });
  requireNames(header);
  const columns = header.map((name) =>
    columnOf(name, Object.hasOwn(mapping, name) ? mapping[name] : undefined),
  );
  const names = columns.map((column) => ('field' in column ? column.field : `values.${column.value}`));
  requireDistinct(header, names, 'phones');
  if (!names.includes('recordId'))
    throw new ApiError('InvalidRequest', 'The column recordId is required.', { target: 'recordId' });
  return columns;
}

/** A name that says nothing of its own is a value of the product's. */
function columnOf(name: string, mapped: string | undefined): Column {
  const value = /^values\.(.+)$/.exec(mapped ?? name)?.[1];
  if ((value ?? name) === UNUSABLE_NAME)
    throw new ApiError('InvalidRequest', `A column cannot be called ${UNUSABLE_NAME}: rename it.`);
  if (value !== undefined) return { value };
  const known = COLUMNS.get(comparableName(mapped ?? name));
  if (known !== undefined) return { field: known };
  if (mapped !== undefined)
    throw new ApiError('InvalidRequest', `A record has no field ${mapped}.`, { target: `columns.${name}` });
  return { value: name };
}

/** An empty field is none; of several columns of phone numbers each may hold several. */
export function rowFrom(columns: readonly Column[], fields: readonly string[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  const values: Record<string, string> = {};
  const phones: string[] = [];
  for (const [at, column] of columns.entries()) {
    const field = fields[at] ?? '';
    if (field === '') continue;
    if ('value' in column) values[column.value] = field;
    else if (column.field !== 'phones') row[column.field] = field;
    else for (const phone of field.split(/[;,/]/)) phones.push(phone.trim());
  }
  return { ...row, phones, values };
}
