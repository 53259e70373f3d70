import type { HttpRequest } from '@azure/functions';

/** The body as text, or null where it is longer than `limit` bytes; no more than that is read. */
export async function readBoundedBody(request: HttpRequest, limit: number): Promise<string | null> {
  return (await readBoundedBytes(request, limit))?.toString('utf8') ?? null;
}

/** The body as it came, or null where it is longer than `limit` bytes; no more than that is read. */
export async function readBoundedBytes(request: HttpRequest, limit: number): Promise<Buffer | null> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) return null;
  if (request.body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
