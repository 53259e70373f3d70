import { readToken } from '../delta/token-check.js';
import { spoilPage } from '../delta/page-faults.js';
import type { DirectoryObject } from '../directory/records.js';
import type { GraphCall, RouteAnswer } from '../http/call.js';
import { badRequest } from '../http/failure.js';

/** An object with the cursor that stands behind it. */
export interface ListItem<Item = DirectoryObject> {
  readonly object: Item;
  readonly cursor: number;
}

/** What a plain list is made from: its items after a cursor, and how each is printed. */
export interface ListSource<Item = DirectoryObject> {
  readonly context: string;
  readonly after: (cursor: number) => Iterable<ListItem<Item>>;
  readonly print: (object: Item) => Record<string, unknown>;
  /** For `$count=true`, on the first page only. */
  readonly count?: () => number;
  readonly defaultTop?: number;
}

const mostTop = 999;

/** One page of a plain list: 100 objects, or `$top` from 1 to 999 (graph-protocol 4.1, 14b). */
export function listPage<Item = DirectoryObject>(call: GraphCall, source: ListSource<Item>): RouteAnswer {
  const { query, context } = call;
  const top = query.top ?? source.defaultTop ?? 100;
  if (top < 1 || top > mostTop)
    throw badRequest(`Invalid page size specified: '${top}'. Must be between 1 and 999 inclusive.`);
  const { cursor: start, nonce } = startOf(call);
  const held = call.pageFaults.some(({ kind }) => kind === 'emptyPage');
  const { value, next } = held ? { value: [], next: start } : collect(source, start, top);
  const body: Record<string, unknown> = {
    '@odata.context': `${context.graphUrl}/v1.0/$metadata#${source.context}`,
  };
  if (query.count && query.skiptoken === undefined && source.count !== undefined) {
    body['@odata.count'] = source.count();
  }
  if (next !== undefined) body['@odata.nextLink'] = nextLink(call, next, held ? nonce + 1 : 0);
  body['value'] = value;
  return { status: 200, body: spoilPage(call, body) };
}

function startOf(call: GraphCall): { cursor: number; nonce: number } {
  const text = call.query.skiptoken;
  if (text === undefined) return { cursor: 0, nonce: 0 };
  const token = readToken(call, text);
  if (token.kind !== 'listPage' || token.path !== call.path) {
    throw badRequest('The token does not belong to this resource.', 'Directory_InvalidPageToken');
  }
  return token;
}

function collect<Item>(
  source: ListSource<Item>,
  start: number,
  top: number,
): { value: unknown[]; next: number | undefined } {
  const value: unknown[] = [];
  let cursor = start;
  for (const item of source.after(start)) {
    if (value.length >= top) return { value, next: cursor };
    value.push(source.print(item.object));
    cursor = item.cursor;
  }
  return { value, next: undefined };
}

function nextLink(call: GraphCall, cursor: number, nonce: number): string {
  const { tenant, context, path } = call;
  const made = {
    tenantId: tenant.id,
    issuedAt: context.now(),
    generation: tenant.generation,
    path,
    cursor,
    nonce,
  };
  const params = [...call.url.searchParams].filter(([name]) => !/^\$?(skiptoken|count)$/i.test(name));
  const query = params.map(([name, value]) => `${name}=${encodeURIComponent(value)}&`).join('');
  const token = context.codec.encode({ kind: 'listPage', ...made });
  return `${context.graphUrl}${call.url.pathname}?${query}$skiptoken=${token}`;
}
