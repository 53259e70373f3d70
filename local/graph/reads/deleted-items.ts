import type { DirectoryObject } from '../directory/records.js';
import type { GraphCall, RouteAnswer } from '../http/call.js';
import { badRequest, notFound } from '../http/failure.js';
import { listPage, type ListItem } from './list-page.js';
import { printObject } from './print-object.js';

type Kind = 'users' | 'groups';

function kindOf(segment: string): Kind {
  const cast = segment.toLowerCase();
  if (cast === 'microsoft.graph.user') return 'users';
  if (cast === 'microsoft.graph.group') return 'groups';
  throw badRequest(`Resource not found for the segment '${segment}'.`, 'BadRequest');
}

/** `GET /directory/deletedItems/microsoft.graph.user|group`: the soft-deleted ones. */
export function deletedItemsRoute(call: GraphCall): RouteAnswer {
  const segment = call.params[0] ?? '';
  if (/^[0-9a-f-]{36}$/i.test(segment)) return one(call, deletedObject(call, segment), true);
  const kind = kindOf(segment);
  return listPage(call, {
    context: kind,
    after: (cursor) => deletedAfter(call.view[kind].softDeleted, cursor),
    print: (object) => printDeleted(call, object, false),
    count: () => call.view[kind].softDeleted.size,
  });
}

/** `GET /directory/deletedItems/microsoft.graph.user/{id}`. */
export function deletedItemRoute(call: GraphCall): RouteAnswer {
  const [segment = '', id = ''] = call.params;
  const object = deletedObject(call, id);
  if (`${object.type}s` !== kindOf(segment)) throw notFound(id);
  return one(call, object, false);
}

/** `POST /directory/deletedItems/{id}/restore`. */
export function restoreRoute(call: GraphCall): RouteAnswer {
  const object = deletedObject(call, call.params[0] ?? '');
  const kind = object.type === 'user' ? 'restoreUser' : 'restoreGroup';
  call.context.change(call.tenant, { kind, id: object.id });
  const restored = call.tenant.directory.primary.findLive(object.id) ?? object;
  return { status: 200, body: printObject(restored, undefined, true) };
}

function one(call: GraphCall, object: DirectoryObject, typed: boolean): RouteAnswer {
  return { status: 200, body: printDeleted(call, object, typed) };
}

function deletedObject(call: GraphCall, id: string): DirectoryObject {
  const found = call.view.find(id);
  if (found?.state !== 'softDeleted') throw notFound(id);
  return found;
}

function printDeleted(call: GraphCall, object: DirectoryObject, typed: boolean): Record<string, unknown> {
  const { select } = call.query;
  const printed = printObject(object, select, typed);
  return select === undefined ? { ...printObject(object, ['deletedDateTime'], false), ...printed } : printed;
}

function* deletedAfter(objects: ReadonlySet<DirectoryObject>, cursor: number): Generator<ListItem> {
  const ordered = [...objects].sort((a, b) => a.lifecycleSeq - b.lifecycleSeq);
  for (const object of ordered)
    if (object.lifecycleSeq > cursor) yield { object, cursor: object.lifecycleSeq };
}
