import { CsvError, parse, type Info, type Parser } from 'csv-parse';
import { Turns } from '../turns.js';
import type { CsvText } from './csv-text.js';
import { delimitedText } from './csv-delimiter.js';

/** Characters of a record: the fields of one row as they are written, a thousand of a thousand for instance. */
const LONGEST_RECORD = 1024 * 1024;
/** Characters that are parsed in one go. */
const SLICE = 64 * 1024;
/** Ends no slice: half a letter, or half a line end. */
const KEEPS_NEXT = /[\r\ud800-\udbff]/;

/** One record of a CSV text: a row, its header among them. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** Where it begins, from 1. */
  readonly line: number;
}

export interface CsvForm {
  /** Whether quotes within a field that has none around it are taken as they are. */
  readonly relaxQuotes?: boolean;
}

/** What follows this line is no CSV. */
export class CsvFault extends Error {
  constructor(
    readonly line: number,
    /** Continues the name of the line. */
    readonly problem: string,
  ) {
    super(problem);
  }
}

/**
 * The records of a CSV text (RFC 4180), its header first, as spreadsheets write them: fields are trimmed, rows without
 * any content are left out, and so are empty fields behind the last column that has a name. It is read slice by slice,
 * and others have their turn in between.
 * @throws CsvFault
 */
export async function* csvRecords(
  csv: CsvText,
  { relaxQuotes = false }: CsvForm = {},
): AsyncGenerator<CsvRecord> {
  const { delimiter, content, linesBefore } = delimitedText(csv.slices);
  const parser = parse({
    ...{ bom: true, info: true, skip_empty_lines: true, relax_column_count: true, trim: true },
    delimiter,
    relax_quotes: relaxQuotes,
  });
  const turns = new Turns();
  void feed(parser, content, turns);
  let columns: number | null = null;
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRecord>) {
      await turns.giveWay();
      const fields = withoutEmptyEnd(record, columns ?? 0);
      if (fields.every((field) => field === '')) continue;
      columns ??= fields.length;
      yield { fields, line: info.lines - lineEndsIn(record) + linesBefore };
    }
  } catch (failure) {
    if (failure instanceof CsvFault) throw new CsvFault(failure.line + linesBefore, failure.problem);
    if (!(failure instanceof CsvError)) throw failure;
    const line = (failure as unknown as { lines?: number }).lines ?? 0;
    throw new CsvFault(line + linesBefore, 'cannot be read: a quote is not closed, or stands within a field');
  }
}

/** At least so many fields, and no empty ones behind them. */
function withoutEmptyEnd(fields: readonly string[], atLeast: number): readonly string[] {
  const last = fields.findLastIndex((field) => field !== '');
  return fields.slice(0, Math.max(last + 1, atLeast));
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: Info;
}

function lineEndsIn(fields: readonly string[]): number {
  let count = 0;
  for (const field of fields)
    for (let at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) count += 1;
  return count;
}

async function feed(parser: Parser, slices: readonly string[], turns: Turns): Promise<void> {
  let unfinished = 0;
  let ended = 0;
  for (const piece of piecesOf(slices)) {
    if (parser.destroyed) return;
    // Line ends within quotes would be counted twice otherwise.
    if (!parser.write(piece.replaceAll(/\r\n?/g, '\n'))) await drained(parser);
    const { records, empty_lines: empty, lines } = parser.info;
    unfinished = records + empty > ended ? 0 : unfinished + piece.length;
    ended = records + empty;
    if (unfinished > LONGEST_RECORD) parser.destroy(new CsvFault(lines, TOO_LONG));
    await turns.giveWay();
  }
  if (!parser.destroyed) parser.end();
}

/** The text in pieces that are parsed in one go, none of which ends within a letter or a line end. */
function* piecesOf(slices: readonly string[]): Generator<string> {
  let kept = '';
  for (const slice of slices)
    for (let from = 0; from < slice.length; from += SLICE) {
      const piece = kept + slice.slice(from, from + SLICE);
      kept = KEEPS_NEXT.test(piece.slice(-1)) ? piece.slice(-1) : '';
      yield kept === '' ? piece : piece.slice(0, -1);
    }
  if (kept !== '') yield kept;
}

const TOO_LONG = `is in a row of more than ${LONGEST_RECORD} characters: end each row with a line end, and close each quote`;

async function drained(parser: Parser): Promise<void> {
  await new Promise<void>((resolve) => {
    parser.once('drain', resolve);
    parser.once('close', resolve);
  });
}
