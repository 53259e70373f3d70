import type { HttpRequest } from '@azure/functions';
import { ApiError } from './errors.js';

/** Bytes of a request's body. */
export const LARGEST_BODY = 1024 * 1024;

/** The body as JSON; no body at all is an empty object. Not more than the limit is ever held. */
export async function readJsonBody(request: HttpRequest): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ApiError('InvalidJson', 'The body is not JSON in UTF-8.');
  }
}

async function readBytes(request: HttpRequest): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (Number(request.headers.get('content-length') ?? 0) > LARGEST_BODY) throw tooLarge();
  if (request.body === null) return new Uint8Array();
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > LARGEST_BODY) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): ApiError {
  return new ApiError('BodyTooLarge', `A body has at most ${LARGEST_BODY} bytes.`);
}
