import { edgesOf } from '../directory/apply-membership.js';
import { hidesMembers } from '../directory/hidden-membership.js';
import { transitiveGroupsOf, transitiveMembersOf } from '../directory/transitive.js';
import type { DirectoryObject } from '../directory/records.js';
import type { GraphCall, RouteAnswer } from '../http/call.js';
import { countAnswer, demandEventual, findItem } from './directory-lists.js';
import { listPage, type ListItem } from './list-page.js';
import { printObject } from './print-object.js';
import { badRequest } from '../http/failure.js';

type Relation = 'members' | 'transitiveMembers' | 'memberOf' | 'transitiveMemberOf';

/**
 * `/groups/{id}/members`, `/transitiveMembers`, `/{users|groups}/{id}/memberOf`, `/transitiveMemberOf`, each
 * also with a cast (`/microsoft.graph.user`) and with `/$count`.
 */
export function relationRoute(relation: Relation, of: 'users' | 'groups'): (call: GraphCall) => RouteAnswer {
  return (call) => {
    const [key = '', ...rest] = call.params;
    const object = findItem(call, of, key);
    const count = rest.includes('$count');
    const cast = castOf(rest.find((segment) => segment !== '$count'));
    const fits = (each: DirectoryObject): boolean => cast === undefined || each.type === cast;
    if (count || call.query.count || call.query.search !== undefined) demandEventual(call, false);
    if (count) return countAnswer(total(call, relation, object, fits));
    return listPage(call, {
      context: cast === undefined ? 'directoryObjects' : `Collection(microsoft.graph.${cast})`,
      after: (cursor) => kept(after(call, relation, object, cursor), fits),
      print: (each) => printObject(each, call.query.select, cast === undefined),
      count: () => total(call, relation, object, fits),
    });
  };
}

function castOf(segment: string | undefined): string | undefined {
  if (segment === undefined) return undefined;
  const type = /^microsoft\.graph\.(user|group|device|servicePrincipal|orgContact)$/.exec(segment)?.[1];
  if (type === undefined) throw badRequest(`Resource not found for the segment '${segment}'.`, 'BadRequest');
  return type;
}

function total(
  call: GraphCall,
  relation: Relation,
  object: DirectoryObject,
  fits: (object: DirectoryObject) => boolean,
): number {
  let count = 0;
  for (const { object: each } of after(call, relation, object, 0)) if (fits(each)) count++;
  return count;
}

function* kept(items: Iterable<ListItem>, fits: (object: DirectoryObject) => boolean): Generator<ListItem> {
  for (const item of items) if (item.object.state === 'live' && fits(item.object)) yield item;
}

function after(
  call: GraphCall,
  relation: Relation,
  object: DirectoryObject,
  cursor: number,
): Iterable<ListItem> {
  switch (relation) {
    case 'members':
      return hidesMembers(object, call.seesHidden) ? [] : directMembers(object, cursor);
    case 'memberOf':
      return numbered(
        (object.memberOf ?? []).filter(
          (group) => group.state === 'live' && !hidesMembers(group, call.seesHidden),
        ),
        cursor,
      );
    case 'transitiveMembers':
      return numbered(transitiveMembersOf(call.view, object, call.seesHidden), cursor);
    case 'transitiveMemberOf':
      return numbered(transitiveGroupsOf(object, call.seesHidden), cursor);
  }
}

/** In order of their last change, so that a page is found without a scan. */
function* directMembers(group: DirectoryObject, cursor: number): Generator<ListItem> {
  for (const edge of edgesOf(group).log.after(cursor)) {
    if (edge.present && edge.member.state === 'live') yield { object: edge.member, cursor: edge.seq };
  }
}

function* numbered(objects: readonly DirectoryObject[], cursor: number): Generator<ListItem> {
  for (let i = cursor; i < objects.length; i++)
    yield { object: objects[i] as DirectoryObject, cursor: i + 1 };
}
