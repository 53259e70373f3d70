import type { HttpRequest } from '@azure/functions';
import { readBoundedBody } from '../bounded-body.js';
import { ApiError } from './errors.js';

/** Bytes of a request's body. */
const LARGEST_BODY = 1024 * 1024;

/** The body as JSON; no body at all is an empty object. */
export async function readJsonBody(request: HttpRequest): Promise<unknown> {
  const text = await readBoundedBody(request, LARGEST_BODY);
  if (text === null) throw new ApiError('BodyTooLarge', `A body has at most ${LARGEST_BODY} bytes.`);
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('InvalidJson', 'The body is not JSON.');
  }
}
