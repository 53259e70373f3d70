import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RpcHttpData, RpcNullableString, RpcTypedData } from './core-types.js';
import { setCookieHeader } from './set-cookie.js';

/** Bytes of a request body above which the real host answers 413 (FUNCTIONS_REQUEST_BODY_SIZE_LIMIT). */
const bodyLimitBytes = 104_857_600;

/** The server frames the body itself; a length or an encoding named by the function would contradict it. */
const framingHeaders = new Set(['content-length', 'transfer-encoding', 'connection']);

export interface HttpRequestParts {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
  readonly body: readonly Buffer[];
}

/**
 * Reads a whole body, in the pieces in which it arrived: putting 60 MB together would keep other requests waiting.
 * Returns undefined if it is larger than the real host accepts.
 */
export async function readBody(request: IncomingMessage): Promise<readonly Buffer[] | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= bodyLimitBytes) chunks.push(chunk); // the rest is read and dropped, so that the answer can be read
  }
  return size <= bodyLimitBytes ? chunks : undefined;
}

/** A request's headers with one text per name, as they are sent on to the function. */
export function singleHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

/** A request as the programming model takes it, with every text nullable. */
export function toRpcRequest(parts: HttpRequestParts): RpcTypedData {
  const { method, url } = parts;
  return {
    http: {
      method,
      url: url.href,
      nullableHeaders: nullable(Object.entries(parts.headers)),
      nullableParams: nullable(Object.entries(parts.params)),
      nullableQuery: nullable(url.searchParams),
      nativeRequest: nativeRequest(parts),
    },
  };
}

/** The body is streamed: given as bytes, the programming model and `Request` would each copy it in one stretch. */
function nativeRequest({ method, url, headers, body }: HttpRequestParts): Request {
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers });
  const streamed: RequestInit & { readonly duplex: 'half' } = {
    ...{ method, headers, duplex: 'half' },
    body: streamOf(body),
  };
  return new Request(url, streamed);
}

function streamOf(body: readonly Buffer[]): ReadableStream<Uint8Array> {
  const chunks = body.values();
  return new ReadableStream({
    pull(controller) {
      const { value, done } = chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}

/** Writes what a function answered; nothing at all is 204. */
export function writeRpcResponse(response: ServerResponse, answer: RpcHttpData | undefined): void {
  if (answer === undefined) {
    response.writeHead(204).end();
    return;
  }
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (!framingHeaders.has(name.toLowerCase())) headers[name.toLowerCase()] = value;
  }
  const cookies = (answer.cookies ?? []).map(setCookieHeader);
  if (cookies.length > 0) headers['set-cookie'] = [...[headers['set-cookie'] ?? []].flat(), ...cookies];
  const body = bodyOf(answer.body);
  const status = Number(answer.statusCode ?? '200');
  if (status !== 204 && status !== 304) headers['content-length'] = String(body.length);
  response.writeHead(status, headers).end(body);
}

function bodyOf(data: RpcTypedData | null | undefined): Uint8Array {
  return data?.bytes ?? Buffer.from(data?.string ?? data?.json ?? '');
}

function nullable(entries: Iterable<[string, string]>): Record<string, RpcNullableString> {
  const values: Record<string, RpcNullableString> = {};
  for (const [name, value] of entries) {
    const earlier = values[name]?.value;
    values[name] = { value: earlier === undefined ? value : `${earlier},${value}` };
  }
  return values;
}
