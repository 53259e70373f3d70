import { z } from 'zod';
import { comparableName, requireDistinct, requireNames } from './column-names.js';
import { CsvFault, csvRecords, type CsvRecord } from './csv-records.js';
import { CsvText, csvText } from './csv-text.js';
import { ApiError } from './errors.js';
import { externalId, region } from './organizations.js';
import { newTenant } from './tenant-schemas.js';
import { validated } from './validation.js';

const MOST_ROWS = 1000;

/** One row as it was given, with the line that it begins on, or its place in a JSON list, from 1. */
export interface ListedRow {
  readonly line: number;
  /** By the names of `COLUMNS`; a text where the row cannot be read at all. */
  readonly fields: Readonly<Record<string, unknown>> | string;
}

const { tenantId, displayName, cloud, bundles } = newTenant.shape;
const owner = newTenant.shape.owner.unwrap().unwrap().shape;

/** A customer of the list. */
const customerRow = z
  .strictObject({
    tenantId: tenantId.nullish(),
    displayName,
    externalId: externalId.nullish(),
    region: region.nullish(),
    ownerName: owner.name.nullish(),
    ownerMail: owner.mail.nullish(),
    cloud,
    bundles,
  })
  .refine((row) => (row.ownerName == null) === (row.ownerMail == null), {
    path: ['ownerMail'],
    error: 'and ownerName belong together',
  });

const COLUMNS = new Map([
  ...Object.keys(customerRow.shape).map((name) => [comparableName(name), name] as const),
  ['domain', 'tenantId'] as const,
]);

/** Body of POST /tenants/import: CSV, or a JSON list of objects with the same names. */
export const customerList = z.union([csvText, z.array(z.unknown()).max(MOST_ROWS)], {
  error: `must be CSV (text/csv), or a list of at most ${MOST_ROWS} customers`,
});

/** @throws ApiError if the list as a whole cannot be read; nothing was done then */
export async function listedRows(list: z.output<typeof customerList>): Promise<ListedRow[]> {
  const rows = list instanceof CsvText ? await csvRows(list) : list.map(jsonRow);
  if (rows.length === 0) throw new ApiError('InvalidRequest', 'The list names no customer.');
  return rows;
}

/** @throws ApiError naming the field at fault */
export function customerOf({ fields }: ListedRow): z.output<typeof customerRow> {
  if (typeof fields === 'string') throw new ApiError('InvalidRequest', fields);
  return validated(customerRow, fields);
}

function jsonRow(given: unknown, index: number): ListedRow {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  return { line: index + 1, fields: isObject ? { ...given } : 'This is no object.' };
}

async function csvRows(text: CsvText): Promise<ListedRow[]> {
  const [header, ...records] = await firstRecords(text);
  if (header === undefined)
    throw new ApiError('InvalidRequest', 'The list has no line with the names of its columns.');
  const names = columnNames(header.fields);
  return records.map(({ fields, line }) => {
    if (fields.length > names.length)
      return { line, fields: `The row has ${fields.length} fields; there are ${names.length} columns.` };
    return { line, fields: fieldsOf(names, fields) };
  });
}

/** The header and its rows. @throws ApiError if it is no CSV, or has too many of them */
async function firstRecords(text: CsvText): Promise<readonly CsvRecord[]> {
  const records: CsvRecord[] = [];
  try {
    for await (const record of csvRecords(text, { relaxQuotes: true })) {
      if (records.length > MOST_ROWS)
        throw new ApiError('InvalidRequest', `A list has at most ${MOST_ROWS} customers; this has more.`);
      records.push(record);
    }
  } catch (failure) {
    if (!(failure instanceof CsvFault)) throw failure;
    throw new ApiError('InvalidRequest', `The list is no CSV: line ${failure.line} ${failure.problem}.`);
  }
  return records;
}

function columnNames(header: readonly string[]): string[] {
  requireNames(header);
  const names = header.map((given) => {
    const name = COLUMNS.get(comparableName(given));
    if (name === undefined)
      throw new ApiError('UnknownField', `There is no column ${given}.`, { target: given });
    return name;
  });
  requireDistinct(header, names);
  if (!names.includes('displayName'))
    throw new ApiError('InvalidRequest', 'The column displayName is required.', { target: 'displayName' });
  return names;
}

/** An empty field is none. */
function fieldsOf(names: readonly string[], record: readonly string[]): Record<string, unknown> {
  const entries = names.flatMap((name, index): [string, unknown][] => {
    const text = record[index] ?? '';
    if (text === '') return [];
    return [[name, name === 'bundles' ? text.split(';').map((bundle) => bundle.trim()) : text]];
  });
  return Object.fromEntries(entries);
}
