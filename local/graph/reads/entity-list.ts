import type { Attributes } from '../control-api.js';
import type { GraphCall, RouteAnswer } from '../http/call.js';
import { badRequest, notFound } from '../http/failure.js';
import { parseFilter } from './filter.js';

/** An object that is made for the answer, not kept in the directory. */
export interface Entity {
  readonly id: string;
  readonly attributes: Attributes;
}

/** All objects of a small collection that the filter takes, on one page. */
export function entityList(call: GraphCall, context: string, entities: readonly Entity[]): RouteAnswer {
  const filter = call.query.filter === undefined ? undefined : parseFilter(call.query.filter);
  const value = entities.filter((entity) => filter?.matches(entity) ?? true);
  const printed = value.map((entity) => printEntity(call, entity));
  return { status: 200, body: { '@odata.context': contextUrl(call, context), value: printed } };
}

/** The one object that the path names. */
export function entityItem(call: GraphCall, context: string, entities: readonly Entity[]): RouteAnswer {
  const printed = printEntity(call, findEntity(call, entities));
  return { status: 200, body: { '@odata.context': contextUrl(call, `${context}/$entity`), ...printed } };
}

/** @throws GraphFailure 404 when none has the id of the path's first placeholder */
export function findEntity<T extends Entity>(call: GraphCall, entities: readonly T[]): T {
  const id = call.params[0] ?? '';
  const found = entities.find((entity) => entity.id === id.toLowerCase());
  if (found === undefined) throw notFound(id);
  return found;
}

function contextUrl(call: GraphCall, context: string): string {
  return `${call.context.graphUrl}/v1.0/$metadata#${context}`;
}

function printEntity(call: GraphCall, { id, attributes }: Entity): Record<string, unknown> {
  const printed: Record<string, unknown> = { id };
  for (const name of call.query.select ?? Object.keys(attributes)) {
    if (name === 'id') continue;
    if (!Object.hasOwn(attributes, name))
      throw badRequest(`Could not find a property named '${name}'.`, 'BadRequest');
    printed[name] = attributes[name];
  }
  return printed;
}
