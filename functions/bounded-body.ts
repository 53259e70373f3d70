import type { HttpRequest } from '@azure/functions';

/** The body as text, or null if it is longer than `limit` bytes; no more than that is read. */
export async function readBoundedBody(request: HttpRequest, limit: number): Promise<string | null> {
  const chunks = await readBoundedChunks(request, limit);
  return chunks === null ? null : Buffer.concat(chunks).toString('utf8');
}

/**
 * The bytes of the body as they came, or null if they are more than `limit`; no more than that is read. They are not
 * put together: copying a long body would keep others waiting.
 */
export async function readBoundedChunks(
  request: HttpRequest,
  limit: number,
): Promise<readonly Uint8Array[] | null> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) return null;
  const chunks: Uint8Array[] = [];
  if (request.body === null) return chunks;
  let length = 0;
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > limit) return null;
    chunks.push(chunk);
  }
  return chunks;
}
