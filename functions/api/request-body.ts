import { isUtf8 } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';
import type { HttpRequest } from '@azure/functions';
import { readBoundedBytes } from '../bounded-body.js';
import { jsonSize } from '../json-size.js';
import { Turns } from '../turns.js';
import { ApiError } from './errors.js';
import type { Route } from './route.js';

/** Bytes of a request's body, unless its route takes more. */
const LARGEST_BODY = 1024 * 1024;
/** Values in a JSON body, unless its route takes more. */
const MOST_VALUES = 20_000;
/** Bytes that are decoded in one go. */
const SLICE = 1024 * 1024;

/** What a route takes. */
type Taken = Pick<Route, 'largestBody' | 'largestCsv'>;

export function isCsv(request: HttpRequest, { largestCsv }: Pick<Route, 'largestCsv'>): boolean {
  return largestCsv !== undefined && /^text\/csv\b/i.test(request.headers.get('content-type') ?? '');
}

/**
 * The body as text; empty if there is none. Another encoding than UTF-8, such as a spreadsheet's own, would be kept
 * with its letters destroyed. @throws ApiError BodyTooLarge, InvalidRequest
 */
export async function readBodyText(request: HttpRequest, taken: Taken = {}): Promise<string> {
  const csv = isCsv(request, taken);
  const most = (csv ? taken.largestCsv : taken.largestBody) ?? LARGEST_BODY;
  const bytes = await readBoundedBytes(request, most);
  if (bytes === null)
    throw new ApiError('BodyTooLarge', `A body has at most ${most} bytes here.${csv ? '' : csvHint(taken)}`);
  const encoding = csv ? encodingOf(request, bytes) : null;
  if (encoding !== null) return await decodedAs(encoding, bytes);
  if (!isUtf8(bytes))
    throw new ApiError(
      'InvalidRequest',
      csv
        ? 'The body is not UTF-8 text: save it as UTF-8, or name its encoding, as in "text/csv; charset=windows-1252".'
        : 'The body is not UTF-8 text: save or send it as UTF-8.',
    );
  const decoder = new StringDecoder('utf8');
  return await decodedBy((slice) => decoder.write(slice), bytes);
}

function csvHint({ largestCsv }: Taken): string {
  return largestCsv === undefined ? '' : ` As CSV (text/csv) it may have ${largestCsv}.`;
}

/** Null for UTF-8 that nobody named. */
function encodingOf(request: HttpRequest, bytes: Buffer): string | null {
  const named = /^text\/csv\b.*;\s*charset="?([^";\s]+)/i.exec(request.headers.get('content-type') ?? '');
  return utf16Of(bytes) ?? named?.[1] ?? null;
}

/** A long text is decoded slice by slice, and others have their turn in between. */
async function decodedBy(decode: (slice: Buffer) => string, bytes: Buffer): Promise<string> {
  const turns = new Turns();
  const texts: string[] = [];
  for (let from = 0; from < bytes.length; from += SLICE) {
    texts.push(decode(bytes.subarray(from, from + SLICE)));
    await turns.giveWay();
  }
  return texts.join('');
}

/** By the names of the Encoding Standard, https://encoding.spec.whatwg.org/#names-and-labels. */
async function decodedAs(encoding: string, bytes: Buffer): Promise<string> {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  } catch {
    throw new ApiError('InvalidRequest', `The encoding ${encoding} of Content-Type is not known.`);
  }
  try {
    // In one go, Node.js 20 takes windows-1252 for ISO 8859-1: its euro sign would become a control character.
    const text = await decodedBy((slice) => decoder.decode(slice, { stream: true }), bytes);
    return text + decoder.decode();
  } catch {
    throw new ApiError('InvalidRequest', `The body is not ${encoding} text, as its Content-Type says.`);
  }
}

/** A spreadsheet saves "Unicode text" so, with its mark before it. */
function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
}

/** The body as JSON; no body at all is an empty object. @throws ApiError InvalidJson, BodyTooLarge */
export async function jsonBody(
  text: string,
  { mostValues = MOST_VALUES }: Pick<Route, 'mostValues'> = {},
): Promise<unknown> {
  if (text === '') return {};
  const { values, tooDeep } = await jsonSize(text);
  if (tooDeep)
    throw new ApiError('InvalidJson', 'The body has too many lists and objects within each other.');
  if (values > mostValues)
    throw new ApiError('BodyTooLarge', `A body has at most ${mostValues} values here; this has ${values}.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('InvalidJson', 'The body is not JSON.');
  }
}
