import { groupAttributes, isExtension, userAttributes } from '../directory/attributes.js';
import { badRequest } from '../http/failure.js';
import type { QueryOptions } from '../http/query-options.js';
import type { DeltaQuery } from './tokens.js';

const mostIds = 50;

/** The query that a first delta request asks for. @throws GraphFailure 400 for what delta does not serve. */
export function deltaQueryOf(resource: DeltaQuery['resource'], query: QueryOptions): DeltaQuery {
  if (query.orderby !== undefined || query.search !== undefined) {
    throw badRequest(
      '$orderby and $search are not supported for change tracking.',
      'Request_UnsupportedQuery',
    );
  }
  for (const name of query.select ?? []) checkSelected(resource, name);
  return {
    resource,
    select: query.select,
    ids: query.filter === undefined ? undefined : idsOf(query.filter),
  };
}

function checkSelected(resource: DeltaQuery['resource'], name: string): void {
  if (name === 'signInActivity') {
    throw badRequest(
      'Invalid request for delta query: for this entity set, $expand/$select is not supported for the following properties: signInActivity',
      'BadRequest',
    );
  }
  const known = resource === 'users' ? userAttributes : groupAttributes;
  const tracked = resource === 'users' ? ['manager'] : ['members', 'owners'];
  if (name === 'id' || name === '*' || known.includes(name) || tracked.includes(name) || isExtension(name))
    return;
  throw badRequest(
    `The property '${name}' is not supported for change tracking of ${resource}.`,
    'BadRequest',
  );
}

function idsOf(filter: string): readonly string[] {
  const terms = filter
    .split(/\s+or\s+/i)
    .map((term) => /^\(?\s*id\s+eq\s+'([^']+)'\s*\)?$/i.exec(term.trim())?.[1]);
  const ids = terms.filter((id) => id !== undefined);
  if (ids.length !== terms.length) {
    throw badRequest('Only filters on id are supported for change tracking.', 'Request_UnsupportedQuery');
  }
  if (ids.length > mostIds)
    throw badRequest(`At most ${mostIds} ids can be filtered on.`, 'Request_UnsupportedQuery');
  return ids;
}
