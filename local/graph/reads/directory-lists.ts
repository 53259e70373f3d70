import type { Collection, DirectoryState } from '../directory/directory-state.js';
import type { DirectoryObject } from '../directory/records.js';
import type { GraphCall, RouteAnswer } from '../http/call.js';
import { badRequest, notFound } from '../http/failure.js';
import { parseFilter, type Filter } from './filter.js';
import { listPage, type ListItem } from './list-page.js';
import { parseSearch } from './search.js';
import { checkSelect, printObject } from './print-object.js';

type Named = 'users' | 'groups';

const typeOf = { users: 'user', groups: 'group' } as const;

/** `GET /users`, `GET /groups`. */
export function listRoute(name: Named): (call: GraphCall) => RouteAnswer {
  return (call) => {
    const { query, view } = call;
    checkSelect(typeOf[name], query.select);
    const filter = narrowed(call);
    if (filter?.advanced === true) demandEventual(call, true);
    const expand = expandManager(call, name);
    return listPage(call, {
      context: name,
      after: (cursor) => objectsAfter(view, name, cursor, filter),
      print: (object) => ({ ...printObject(object, query.select, false), ...expand(object) }),
      count: () => countOf(view, name, filter),
    });
  };
}

/** What `$filter` and `$search` leave. @throws GraphFailure 400 where a search comes without its header */
function narrowed(call: GraphCall): Filter | undefined {
  const { filter: text, search } = call.query;
  const filter = text === undefined ? undefined : parseFilter(text);
  if (search === undefined) return filter;
  if (!isEventual(call)) {
    throw badRequest(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
      'Request_UnsupportedQuery',
    );
  }
  const found = parseSearch(search);
  const matches: Filter['matches'] = (object) => found(object) && (filter?.matches(object) ?? true);
  return { matches, ids: undefined, advanced: filter !== undefined };
}

function isEventual(call: GraphCall): boolean {
  return call.headers.get('consistencylevel')?.toLowerCase() === 'eventual';
}

/** `GET /users/$count`: plain text, needs `ConsistencyLevel: eventual`. */
export function countRoute(name: Named): (call: GraphCall) => RouteAnswer {
  return (call) => {
    demandEventual(call, false);
    const filter = call.query.filter === undefined ? undefined : parseFilter(call.query.filter);
    return countAnswer(countOf(call.view, name, filter));
  };
}

/** A `$count` answer: the bare number as text. */
export function countAnswer(count: number): RouteAnswer {
  return { status: 200, body: String(count), headers: { 'content-type': 'text/plain' } };
}

/** `GET /users/{id or userPrincipalName}`, `GET /groups/{id}`. */
export function itemRoute(name: Named): (call: GraphCall) => RouteAnswer {
  return (call) => {
    checkSelect(typeOf[name], call.query.select);
    const object = findItem(call, name, call.params[0] ?? '');
    const printed = {
      ...printObject(object, call.query.select, false),
      ...expandManager(call, name)(object),
    };
    const context = `${call.context.graphUrl}/v1.0/$metadata#${name}/$entity`;
    return { status: 200, body: { '@odata.context': context, ...printed } };
  };
}

/** The live object that a path names. @throws GraphFailure 404 */
export function findItem(call: GraphCall, name: Named, key: string): DirectoryObject {
  const byUpn = name === 'users' ? call.view.idByUpn.get(key.toLowerCase()) : undefined;
  const found = call.view.findLive(key, typeOf[name]) ?? call.view.findLive(byUpn ?? '', typeOf[name]);
  if (found === undefined) throw notFound(key);
  return found;
}

/** Advanced queries need the header, and mostly `$count=true` too (graph-protocol 4.2). @throws GraphFailure 400 */
export function demandEventual(call: GraphCall, withCount: boolean): void {
  if (!isEventual(call)) throw badRequest('$count is not currently supported.');
  if (withCount && !call.query.count && call.query.skiptoken === undefined) {
    throw badRequest('Unsupported or invalid query filter clause specified.', 'Request_UnsupportedQuery');
  }
}

function* objectsAfter(
  view: DirectoryState,
  name: Named,
  cursor: number,
  filter: Filter | undefined,
): Generator<ListItem> {
  const collection: Collection = view[name];
  if (filter?.ids !== undefined) {
    for (let i = cursor; i < filter.ids.length; i++) {
      const object = view.findLive(filter.ids[i] ?? '', typeOf[name]);
      if (object !== undefined) yield { object, cursor: i + 1 };
    }
    return;
  }
  for (let i = cursor; i < collection.order.length; i++) {
    const object = collection.order[i];
    if (object?.state !== 'live' || filter?.matches(object) === false) continue;
    yield { object, cursor: i + 1 };
  }
}

function countOf(view: DirectoryState, name: Named, filter: Filter | undefined): number {
  if (filter === undefined) return view[name].live;
  return [...objectsAfter(view, name, 0, filter)].length;
}

/** `$expand=manager` and `$expand=manager($select=…)`. */
function expandManager(call: GraphCall, name: Named): (object: DirectoryObject) => Record<string, unknown> {
  const { expand } = call.query;
  if (expand === undefined) return () => ({});
  const [, relation, options] = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/s.exec(expand) ?? [];
  if (name !== 'users' || relation !== 'manager') {
    throw badRequest(`The query expand '${expand}' is not supported.`, 'Request_UnsupportedQuery');
  }
  const selected = /\$select=([^;]*)/i
    .exec(options ?? '')?.[1]
    ?.split(',')
    .map((part) => part.trim());
  return ({ manager }) => (manager === undefined ? {} : { manager: printObject(manager, selected, true) });
}
