import type { HttpRequest } from '@azure/functions';
import { readBoundedBody } from '../bounded-body.js';
import { ApiError } from './errors.js';

/** Bytes of a request's body. */
const LARGEST_BODY = 1024 * 1024;

/** The body as text; empty where there is none. @throws ApiError BodyTooLarge */
export async function readBodyText(request: HttpRequest): Promise<string> {
  const text = await readBoundedBody(request, LARGEST_BODY);
  if (text === null) throw new ApiError('BodyTooLarge', `A body has at most ${LARGEST_BODY} bytes.`);
  return text;
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
