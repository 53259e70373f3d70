import { isUtf8 } from 'node:buffer';
import type { HttpRequest } from '@azure/functions';
import { readBoundedBytes } from '../bounded-body.js';
import { ApiError } from './errors.js';
import type { Route } from './route.js';

/** Bytes of a request's body, where its route takes no more. */
const LARGEST_BODY = 1024 * 1024;

/**
 * The body as text; empty where there is none. Another encoding than UTF-8, such as a spreadsheet's own, would be kept
 * with its letters destroyed. @throws ApiError BodyTooLarge, InvalidRequest
 */
export async function readBodyText(
  request: HttpRequest,
  { largestBody: most = LARGEST_BODY, takesCsv }: Pick<Route, 'largestBody' | 'takesCsv'> = {},
): Promise<string> {
  const bytes = await readBoundedBytes(request, most);
  if (bytes === null) throw new ApiError('BodyTooLarge', `A body has at most ${most} bytes here.`);
  if (takesCsv === true) {
    const utf16 = utf16Of(bytes);
    if (utf16 !== null) return new TextDecoder(utf16).decode(bytes);
    const charset = /^text\/csv\b.*;\s*charset="?([^";\s]+)/i.exec(
      request.headers.get('content-type') ?? '',
    )?.[1];
    if (charset !== undefined) return decodedAs(charset, bytes);
  }
  if (!isUtf8(bytes))
    throw new ApiError(
      'InvalidRequest',
      takesCsv === true
        ? 'The body is not UTF-8 text: save it as UTF-8, or name its encoding, as in "text/csv; charset=windows-1252".'
        : 'The body is not UTF-8 text: save or send it as UTF-8.',
    );
  return bytes.toString('utf8');
}

/** By the names of the Encoding Standard, https://encoding.spec.whatwg.org/#names-and-labels. */
function decodedAs(charset: string, bytes: Buffer): string {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charset, { fatal: true, ignoreBOM: true });
  } catch {
    throw new ApiError('InvalidRequest', `The encoding ${charset} of Content-Type is not known.`);
  }
  try {
    // In one go, Node.js 20 takes windows-1252 for ISO 8859-1: its euro sign would become a control character.
    return decoder.decode(bytes, { stream: true }) + decoder.decode();
  } catch {
    throw new ApiError('InvalidRequest', `The body is not ${charset} text, as its Content-Type says.`);
  }
}

/** A spreadsheet saves "Unicode text" so, with its mark before it. */
function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
}

/** The body as JSON; no body at all is an empty object. @throws ApiError InvalidJson */
export function jsonBody(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('InvalidJson', 'The body is not JSON.');
  }
}
