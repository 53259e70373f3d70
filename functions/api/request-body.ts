import type { HttpRequest } from '@azure/functions';
import { readBoundedChunks } from '../bounded-body.js';
import { jsonSize, MOST_LEVELS } from '../json-size.js';
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
 * The body as text, in slices as it was decoded; none if there is no body. Another encoding than UTF-8, such as a
 * spreadsheet's own, would be kept with its letters destroyed. @throws ApiError BodyTooLarge, InvalidRequest
 */
export async function readBodyText(request: HttpRequest, taken: Taken = {}): Promise<readonly string[]> {
  const csv = isCsv(request, taken);
  const most = (csv ? taken.largestCsv : taken.largestBody) ?? LARGEST_BODY;
  const chunks = await readBoundedChunks(request, most);
  if (chunks === null)
    throw new ApiError('BodyTooLarge', `A body has at most ${most} bytes here.${csv ? '' : csvHint(taken)}`);
  const encoding = csv ? encodingOf(request, chunks) : null;
  if (encoding !== null)
    return await decodedAs(encoding, chunks, `The body is not ${encoding} text, as its Content-Type says.`);
  return await decodedAs(
    'utf-8',
    chunks,
    csv
      ? 'The body is not UTF-8 text: save it as UTF-8, or name its encoding, as in "text/csv; charset=windows-1252".'
      : 'The body is not UTF-8 text: save or send it as UTF-8.',
  );
}

function csvHint({ largestCsv }: Taken): string {
  return largestCsv === undefined ? '' : ` As CSV (text/csv) it may have ${largestCsv}.`;
}

/** Null for UTF-8 that nobody named. */
function encodingOf(request: HttpRequest, chunks: readonly Uint8Array[]): string | null {
  const named = /^text\/csv\b.*;\s*charset="?([^";\s]+)/i.exec(request.headers.get('content-type') ?? '');
  return utf16Of(chunks) ?? named?.[1] ?? null;
}

/**
 * A long text is decoded slice by slice, and others have their turn in between. Encodings have the names of the Encoding
 * Standard, https://encoding.spec.whatwg.org/#names-and-labels.
 */
async function decodedAs(
  encoding: string,
  chunks: readonly Uint8Array[],
  refusal: string,
): Promise<readonly string[]> {
  const decoder = decoderOf(encoding);
  const turns = new Turns();
  const texts: string[] = [];
  try {
    for (const chunk of chunks)
      for (let from = 0; from < chunk.length; from += SLICE) {
        // In one go, Node.js 20 takes windows-1252 for ISO 8859-1: its euro sign would become a control character.
        texts.push(decoder.decode(chunk.subarray(from, from + SLICE), { stream: true }));
        await turns.giveWay();
      }
    return [...texts, decoder.decode()].filter((text) => text !== '');
  } catch {
    throw new ApiError('InvalidRequest', refusal);
  }
}

function decoderOf(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  } catch {
    throw new ApiError('InvalidRequest', `The encoding ${encoding} of Content-Type is not known.`);
  }
}

/** A spreadsheet saves "Unicode text" so, with its mark before it. */
function utf16Of(chunks: readonly Uint8Array[]): 'utf-16le' | 'utf-16be' | null {
  const [first, second] = chunks.slice(0, 2).flatMap((chunk) => [...chunk.subarray(0, 2)]);
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}

/** The body as JSON; no body at all is an empty object. @throws ApiError InvalidJson, BodyTooLarge */
export async function jsonBody(
  text: string,
  { mostValues = MOST_VALUES }: Pick<Route, 'mostValues'> = {},
): Promise<unknown> {
  if (text === '') return {};
  const { values, tooDeep } = await jsonSize(text);
  if (tooDeep)
    throw new ApiError(
      'InvalidJson',
      `The body has more than ${MOST_LEVELS} levels of lists and objects within each other.`,
    );
  if (values > mostValues)
    throw new ApiError('BodyTooLarge', `A body has at most ${mostValues} values here; this has ${values}.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('InvalidJson', 'The body is not JSON.');
  }
}
