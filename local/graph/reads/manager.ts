import type { GraphCall, RouteAnswer } from '../http/call.js';
import { notFound } from '../http/failure.js';
import { findItem } from './directory-lists.js';
import { printObject } from './print-object.js';

/** `GET /users/{id}/manager`: 404 when there is none (graph-protocol 4.4). */
export function managerRoute(call: GraphCall): RouteAnswer {
  const { manager } = findItem(call, 'users', call.params[0] ?? '');
  if (manager === undefined) throw notFound('manager');
  const context = `${call.context.graphUrl}/v1.0/$metadata#directoryObjects/$entity`;
  return {
    status: 200,
    body: { '@odata.context': context, ...printObject(manager, call.query.select, true) },
  };
}
