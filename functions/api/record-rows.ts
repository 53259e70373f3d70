import { CsvError, parse, type Info } from 'csv-parse';
import { z } from 'zod';
import type { ProductRecord } from '../../shared/core/matching/product-record.js';
import { ApiError, type ErrorDetail } from './errors.js';

/** Rows of a JSON list; longer ones come as CSV. */
const MOST_JSON_ROWS = 5_000;
const MOST_ROWS = 250_000;
/** Faults that one answer names. */
const MOST_FAULTS = 100;
const MOST_VALUES = 100;
const LONGEST_VALUE = 4_000;
const SLICE = 64 * 1024;

const PLAIN = /^[^\p{Cc}]*$/u;
const PLAIN_RULE = 'must have no control characters';
/** Cells may have several lines; what else controls do has no place in a text, and a table takes not all of them. */
const LINES = /^(?:[^\p{Cc}]|[\t\n\r])*$/u;
const LINES_RULE = 'must have no control characters but tabs and line ends';

const text = (most: number) => z.string().trim().max(most).regex(LINES, LINES_RULE).nullish();

/** One record as it is given, by the names of `docs/matching.md`. */
const recordRow = z.strictObject({
  recordId: z.string().trim().min(1).max(128).regex(PLAIN, PLAIN_RULE),
  entraId: z.guid().toLowerCase().nullish(),
  mail: text(320),
  initials: text(64),
  displayName: text(256),
  phones: z.array(z.string().trim().max(64).regex(LINES, LINES_RULE)).max(10).nullish(),
  jobTitle: text(256),
  country: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 code of two letters')
    .nullish(),
  values: z
    .record(
      z.string().min(1).max(128).regex(PLAIN, PLAIN_RULE),
      z.string().max(LONGEST_VALUE).regex(LINES, LINES_RULE),
    )
    .refine((values) => Object.keys(values).length <= MOST_VALUES, `must have at most ${MOST_VALUES} names`)
    .nullish(),
});

export const recordList = z.union([z.string(), z.array(z.unknown()).min(1).max(MOST_JSON_ROWS)], {
  error: `must be CSV (text/csv), or a list of 1 to ${MOST_JSON_ROWS} records`,
});

/** Names that columns go by elsewhere, in small letters without spaces, `_` and `-`. */
const COLUMNS: ReadonlyMap<string, keyof z.input<typeof recordRow>> = new Map(
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

/** Ends no slice: half a letter, or half a line end. */
const KEEPS_NEXT = /[\r\ud800-\udbff]/;

/** What a column is: one of a record's own, or a value by that name. */
type Column = { readonly field: keyof z.input<typeof recordRow> } | { readonly value: string };

/**
 * Records row by row. Rows at fault are gathered, and told together at the end, so that nothing is kept.
 * @param mapping by the names of columns in the header, which field each is
 */
export async function* recordsFrom(
  given: z.output<typeof recordList>,
  mapping: Readonly<Record<string, string>>,
): AsyncIterable<ProductRecord> {
  const faults = new Faults();
  const seen = new Set<string>();
  const rows = typeof given === 'string' ? csvRows(given, mapping, faults) : jsonRows(given);
  for await (const { row, place } of rows) {
    const record = checked(row, place, faults);
    if (record === null) continue;
    if (seen.has(record.recordId)) faults.add(place('recordId'), 'is there twice');
    else if (seen.size === MOST_ROWS) faults.add(place(null), `is more than a list may have: ${MOST_ROWS}`);
    else yield record;
    seen.add(record.recordId);
    if (faults.isFull) break;
  }
  faults.tell(seen.size);
}

/** Where a field of a row, or a value by its name, stands: `line 7, column Mail`, or `[6].mail`. */
type Place = (field: string | null, value?: string) => string;
interface GivenRow {
  readonly row: unknown;
  readonly place: Place;
}

class Faults {
  readonly #details: ErrorDetail[] = [];

  get isFull(): boolean {
    return this.#details.length >= MOST_FAULTS;
  }

  add(target: string, problem: string): void {
    if (!this.isFull)
      this.#details.push({ code: 'InvalidRequest', message: `${target} ${problem}.`, target });
  }

  tell(rows: number): void {
    const [first] = this.#details;
    if (first === undefined) {
      if (rows === 0) throw new ApiError('InvalidRequest', 'The list has no record.');
      return;
    }
    throw new ApiError('InvalidRequest', `Nothing was kept: ${first.message}`, {
      ...(first.target === undefined ? {} : { target: first.target }),
      details: this.#details.length > 1 ? this.#details : [],
    });
  }
}

function checked(row: unknown, place: Place, faults: Faults): ProductRecord | null {
  const result = recordRow.safeParse(row, {
    error: ({ input }) => (input === undefined ? 'is required' : 'is not valid'),
  });
  if (!result.success) {
    for (const { path, message, ...issue } of result.error.issues)
      faults.add(
        place(path.length === 0 ? null : String(path[0]), path[0] === 'values' ? String(path[1]) : undefined),
        issue.code === 'unrecognized_keys' ? `has no field ${issue.keys.join(', ')}` : message,
      );
    return null;
  }
  const { recordId, entraId, mail, initials, displayName, phones, jobTitle, country, values } = result.data;
  return {
    recordId,
    entraId: entraId ?? null,
    mail: given(mail),
    initials: given(initials),
    displayName: given(displayName),
    phones: (phones ?? []).filter((phone) => phone !== ''),
    jobTitle: given(jobTitle),
    country: country ?? null,
    values: values ?? {},
  };
}

function given(value: string | null | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

async function* jsonRows(list: readonly unknown[]): AsyncIterable<GivenRow> {
  for (const [index, row] of list.entries())
    yield { row, place: (field) => (field === null ? `[${index}]` : `[${index}].${field}`) };
}

interface CsvRow {
  readonly record: readonly string[];
  readonly info: Info;
}

async function* csvRows(
  csv: string,
  mapping: Readonly<Record<string, string>>,
  faults: Faults,
): AsyncIterable<GivenRow> {
  const parser = parse({
    ...{ bom: true, info: true, skip_empty_lines: true, relax_column_count: true, trim: true },
    delimiter: delimiterOf(csv),
    max_record_size: 1024 * 1024,
  });
  void feed(parser, csv);
  let columns: readonly Column[] | null = null;
  let header: readonly string[] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRow>) {
      if (columns === null) {
        header = record;
        columns = columnsOf(record, mapping);
        continue;
      }
      const line = info.lines - record.join('').split('\n').length + 1;
      const named = columns;
      const place: Place = (field, value) => {
        const at = named.findIndex((column) =>
          'field' in column ? column.field === field : column.value === value,
        );
        return at < 0 ? `line ${line}` : `line ${line}, column ${header[at] ?? ''}`;
      };
      if (record.length !== columns.length)
        faults.add(place(null), `has ${record.length} fields; there are ${columns.length} columns`);
      else yield { row: rowFrom(columns, record), place };
    }
  } catch (failure) {
    if (!(failure instanceof CsvError)) throw failure;
    const line = (failure as unknown as { lines?: number }).lines ?? 0;
    faults.add(`line ${line}`, 'cannot be read: a quote is not closed, or stands within a field');
  }
}

async function feed(parser: ReturnType<typeof parse>, csv: string): Promise<void> {
  // Line ends within quotes would be counted twice otherwise.
  for (let from = 0; from < csv.length && !parser.destroyed;) {
    let to = Math.min(from + SLICE, csv.length);
    if (to < csv.length && KEEPS_NEXT.test(csv.charAt(to - 1))) to += 1;
    const slice = csv.slice(from, to).replaceAll(/\r\n?/g, '\n');
    from = to;
    if (!parser.write(slice))
      await new Promise<void>((resolve) => {
        parser.once('drain', resolve);
        parser.once('close', resolve);
      });
  }
  if (!parser.destroyed) parser.end();
}

/** The one that the first line has most often, outside of quotes. */
function delimiterOf(csv: string): string {
  const end = csv.search(/[\r\n]/);
  const line = (end < 0 ? csv : csv.slice(0, end)).replaceAll(/"[^"]*"/g, '');
  const counted = [',', ';', '\t', '|'].map((delimiter) => ({
    delimiter,
    count: line.split(delimiter).length,
  }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
}

function columnsOf(header: readonly string[], mapping: Readonly<Record<string, string>>): Column[] {
  const missing = Object.keys(mapping).find((name) => !header.includes(name));
  if (missing !== undefined)
    throw new ApiError('InvalidRequest', `There is no column ${missing}.`, { target: `columns.${missing}` });
  const columns = header.map((name) =>
    columnOf(name, Object.hasOwn(mapping, name) ? mapping[name] : undefined),
  );
  const names = columns.map((column) => ('field' in column ? column.field : `values.${column.value}`));
  const twice = names.find((name, at) => name !== 'phones' && names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new ApiError('InvalidRequest', `Two columns are ${twice}.`, { target: twice });
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
  const known = COLUMNS.get((mapped ?? name).toLowerCase().replaceAll(/[\s_-]/g, ''));
  if (known !== undefined) return { field: known };
  if (mapped !== undefined)
    throw new ApiError('InvalidRequest', `A record has no field ${mapped}.`, { target: `columns.${name}` });
  return { value: name };
}

/** An empty field is none; of several columns of phone numbers each may hold several. */
function rowFrom(columns: readonly Column[], record: readonly string[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  const values: Record<string, string> = {};
  const phones: string[] = [];
  for (const [at, column] of columns.entries()) {
    const field = record[at] ?? '';
    if (field === '') continue;
    if ('value' in column) values[column.value] = field;
    else if (column.field === 'phones') phones.push(...field.split(/[;,/]/).map((phone) => phone.trim()));
    else row[column.field] = field;
  }
  return { ...row, phones, values };
}
