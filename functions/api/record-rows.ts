import { z } from 'zod';
import type { ProductRecord } from '../../shared/core/matching/product-record.js';
import { Turns } from '../turns.js';
import { CsvFault, csvRecords } from './csv-records.js';
import { CsvText, csvText } from './csv-text.js';
import { ApiError, ErrorDetails } from './errors.js';
import { columnsOf, rowFrom, type Column, type RecordField } from './record-columns.js';

/** Rows of a JSON list; longer ones come as CSV. */
const MOST_JSON_ROWS = 5_000;
const MOST_ROWS = 250_000;
const MOST_VALUES = 100;
const LONGEST_VALUE = 4_000;

const PLAIN = /^\P{Cc}*$/u;
const PLAIN_RULE = 'must have no control characters';
/** Cells may have several lines; what else controls do has no place in a text, and a table takes not all of them. */
const LINES = /^[\P{Cc}\t\n\r]*$/u;
const LINES_RULE = 'must have no control characters but tabs and line ends';

const text = (most: number) => z.string().trim().max(most).regex(LINES, LINES_RULE).nullish();

/** One record as it is given. */
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
    .nullish(),
} satisfies Record<RecordField | 'values', z.ZodType>);

export const recordList = z.union([csvText, z.array(z.unknown()).min(1).max(MOST_JSON_ROWS)], {
  error: `must be CSV (text/csv), or a list of 1 to ${MOST_JSON_ROWS} records`,
});

/**
 * Records row by row, until one is at fault: of the others only the faults are gathered, and told together at the end,
 * so that nothing is kept. Others have their turn in between.
 * @param mapping by the names of columns in the header, which field each is
 */
export async function* recordsFrom(
  given: z.output<typeof recordList>,
  mapping: Readonly<Record<string, string>>,
): AsyncIterable<ProductRecord> {
  const faults = new Faults();
  /** By the id of a record, the row that has it. */
  const seen = new Map<string, string>();
  const rows = given instanceof CsvText ? csvRows(given, mapping, faults) : jsonRows(given);
  for await (const { row, place } of rows) {
    const record = checked(row, place, faults);
    if (record === null) continue;
    const { recordId } = record;
    const first = seen.get(recordId);
    if (first !== undefined)
      faults.add(
        place('recordId'),
        `repeats ${JSON.stringify(recordId)} of ${first}: each record has an id of its own`,
      );
    else if (seen.size === MOST_ROWS) {
      faults.add(place(null), `is more than a list may have: ${MOST_ROWS}`);
      break;
    } else if (faults.isEmpty) yield record;
    if (first === undefined) seen.set(recordId, place(null));
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
  readonly #details = new ErrorDetails();

  get isEmpty(): boolean {
    return this.#details.count === 0;
  }

  add(target: string, problem: string): void {
    this.#details.add({ code: 'InvalidRequest', message: `${target} ${problem}.`, target });
  }

  tell(rows: number): void {
    const [first] = this.#details.first;
    if (first === undefined) {
      if (rows === 0) throw new ApiError('InvalidRequest', 'The list has no record.');
      return;
    }
    throw new ApiError('InvalidRequest', `Nothing was kept: ${first.message}`, {
      ...(first.target === undefined ? {} : { target: first.target }),
      ...(this.#details.count > 1 ? { details: this.#details } : {}),
    });
  }
}

function checked(row: unknown, place: Place, faults: Faults): ProductRecord | null {
  if (hasTooManyValues(row)) {
    faults.add(place('values'), `must have at most ${MOST_VALUES} names`);
    return null;
  }
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

/** Told before any of them is looked at. */
function hasTooManyValues(row: unknown): boolean {
  if (typeof row !== 'object' || row === null || !('values' in row)) return false;
  const { values } = row;
  return typeof values === 'object' && values !== null && Object.keys(values).length > MOST_VALUES;
}

function given(value: string | null | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

async function* jsonRows(list: readonly unknown[]): AsyncIterable<GivenRow> {
  const turns = new Turns();
  for (const [index, row] of list.entries()) {
    await turns.giveWay();
    yield { row, place: (field) => (field === null ? `[${index}]` : `[${index}].${field}`) };
  }
}

async function* csvRows(
  csv: CsvText,
  mapping: Readonly<Record<string, string>>,
  faults: Faults,
): AsyncIterable<GivenRow> {
  let header: readonly string[] = [];
  let columns: readonly Column[] | null = null;
  try {
    for await (const { fields, line } of csvRecords(csv)) {
      if (columns === null) {
        header = fields;
        columns = columnsOf(fields, mapping);
        continue;
      }
      const named = columns;
      const place: Place = (field, value) => {
        const at = named.findIndex((column) =>
          'field' in column ? column.field === field : column.value === value,
        );
        return at < 0 ? `line ${line}` : `line ${line}, column ${header[at] ?? ''}`;
      };
      if (fields.length !== columns.length)
        faults.add(place(null), `has ${fields.length} fields; there are ${columns.length} columns`);
      else yield { row: rowFrom(columns, fields), place };
    }
  } catch (failure) {
    if (!(failure instanceof CsvFault)) throw failure;
    faults.add(`line ${failure.line}`, failure.problem);
  }
}
