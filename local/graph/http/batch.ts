import type { RouteAnswer, WireAnswer, WireRequest } from './call.js';
import { badRequest } from './failure.js';

interface InnerRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly dependsOn: readonly string[];
}

const most = 20;

/** `POST /$batch` (graph-protocol section 7): inner requests are served one by one, each with its own status. */
export async function serveBatch(
  request: WireRequest,
  serve: (inner: WireRequest) => Promise<WireAnswer>,
): Promise<RouteAnswer> {
  const responses: Record<string, unknown>[] = [];
  const statusById = new Map<string, number>();
  for (const inner of parseBatch(request.body)) {
    const blocked = inner.dependsOn.some((id) => (statusById.get(id) ?? 424) >= 400);
    const response = blocked ? failedDependency(inner) : await serveInner(request, inner, serve);
    statusById.set(inner.id, response.status);
    responses.push(response);
  }
  return { status: 200, body: { responses } };
}

async function serveInner(
  outer: WireRequest,
  inner: InnerRequest,
  serve: (inner: WireRequest) => Promise<WireAnswer>,
): Promise<{ id: string; status: number; headers: unknown; body: unknown }> {
  const url = new URL(`/v1.0/${inner.url.replace(/^\//, '')}`, outer.url);
  const headers = new Headers(inner.headers);
  headers.set('authorization', outer.headers.get('authorization') ?? '');
  const body = inner.body === undefined ? '' : JSON.stringify(inner.body);
  const answer = await serve({ method: inner.method, url, headers, body });
  const names = ['content-type', 'retry-after', 'location'];
  const told = Object.entries(answer.headers).filter(([name]) => names.includes(name));
  const printed: unknown = answer.body === '' ? undefined : parseOrText(answer.body);
  return { id: inner.id, status: answer.status, headers: Object.fromEntries(told), body: printed };
}

function failedDependency(inner: InnerRequest): {
  id: string;
  status: number;
  headers: unknown;
  body: unknown;
} {
  const error = { code: 'FailedDependency', message: 'A request that this one depends on failed.' };
  return { id: inner.id, status: 424, headers: {}, body: { error } };
}

function parseOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function parseBatch(text: string): readonly InnerRequest[] {
  const parsed = parseOrText(text);
  const requests = isRecord(parsed) ? parsed['requests'] : undefined;
  if (!Array.isArray(requests) || requests.length === 0) {
    throw badRequest('Invalid batch payload format.', 'BadRequest');
  }
  if (requests.length > most) {
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${most}.`, 'BadRequest');
  }
  const inner = requests.map(parseInner);
  const ids = new Set(inner.map(({ id }) => id.toLowerCase()));
  if (ids.size < inner.length) throw badRequest('Request ids must be unique.', 'BadRequest');
  return inner;
}

function parseInner(request: unknown): InnerRequest {
  if (!isRecord(request)) throw badRequest('Invalid batch payload format.', 'BadRequest');
  const { id, method, url, headers, body, dependsOn } = request;
  if (typeof id !== 'string' || typeof method !== 'string' || typeof url !== 'string') {
    throw badRequest('A batch request needs id, method and url.', 'BadRequest');
  }
  const given = isRecord(headers) ? (headers as Record<string, string>) : {};
  const typed = Object.keys(given).some((name) => name.toLowerCase() === 'content-type');
  if (body !== undefined && !typed)
    throw badRequest('A batch request with a body needs a Content-Type.', 'BadRequest');
  const after = Array.isArray(dependsOn) ? dependsOn.filter((each) => typeof each === 'string') : [];
  return { id, method: method.toUpperCase(), url, headers: given, body, dependsOn: after };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
