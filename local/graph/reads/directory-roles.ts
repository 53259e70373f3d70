import { derivedGuid } from '../derived-guid.js';
import { spoilPage } from '../delta/page-faults.js';
import type { DirectoryState } from '../directory/directory-state.js';
import type { DirectoryObject } from '../directory/records.js';
import type { DirectoryRole } from '../directory/role-book.js';
import type { GraphCall, RouteAnswer } from '../http/call.js';
import { badRequest, notFound } from '../http/failure.js';
import { entityItem, entityList, type Entity } from './entity-list.js';
import { parseFilter } from './filter.js';
import { listPage, type ListItem } from './list-page.js';
import { printObject } from './print-object.js';

/** `GET /directoryRoles`: those that were activated, as a role is when somebody first gets it. */
export function directoryRolesRoute(call: GraphCall): RouteAnswer {
  return entityList(call, 'directoryRoles', call.view.roles.directoryRoles.map(toEntity));
}

/** `GET /directoryRoles/{id}`. */
export function directoryRoleRoute(call: GraphCall): RouteAnswer {
  return entityItem(call, 'directoryRoles', [toEntity(roleOf(call))]);
}

/** More members than this are not listed, and no next link says that there are more. */
const MOST_MEMBERS = 1_000;

/**
 * `GET /directoryRoles/{id}/members` and `/directoryRoles(roleTemplateId='…')/members`: users, groups and service
 * principals that were given the role; who is in such a group is not listed. It does not page.
 */
export function directoryRoleMembersRoute(call: GraphCall): RouteAnswer {
  if (call.query.top !== undefined)
    throw badRequest("The query parameter '$top' is not supported.", 'Request_UnsupportedQuery');
  const value = liveMembers(call.view, roleOf(call))
    .slice(0, MOST_MEMBERS)
    .map(({ object }) => printObject(object, call.query.select, true));
  const body = { '@odata.context': `${call.context.graphUrl}/v1.0/$metadata#directoryObjects`, value };
  return { status: 200, body: spoilPage(call, body) };
}

/**
 * `GET /roleManagement/directory/roleAssignments`, with a filter on `roleDefinitionId`, which for a role of the
 * directory is the id of its template, and `$expand=principal`.
 */
export function roleAssignmentsRoute(call: GraphCall): RouteAnswer {
  const filter = call.query.filter === undefined ? undefined : parseFilter(call.query.filter);
  const { expand } = call.query;
  if (expand !== undefined && expand !== 'principal')
    throw badRequest(`The query expand '${expand}' is not supported.`, 'Request_UnsupportedQuery');
  const all = call.view.roles.directoryRoles
    .flatMap((role) => liveMembers(call.view, role).map((item) => ({ ...item, role })))
    .filter((item) => filter?.matches({ id: '', attributes: assignmentOf(item) }) ?? true)
    .sort((a, b) => a.cursor - b.cursor)
    .map((item) => ({ object: item, cursor: item.cursor }));
  return listPage(call, {
    context: 'roleManagement/directory/roleAssignments',
    after: (cursor) => all.filter((each) => each.cursor > cursor),
    print: (item) => ({
      ...assignmentOf(item),
      ...(expand === undefined ? {} : { principal: printObject(item.object, undefined, true) }),
    }),
  });
}

function assignmentOf({ role, object }: { readonly role: DirectoryRole; readonly object: DirectoryObject }) {
  return {
    id: derivedGuid(`assignment ${role.id} ${object.id}`),
    principalId: object.id,
    directoryScopeId: '/',
    appScopeId: null,
    roleDefinitionId: role.roleTemplateId,
  };
}

function liveMembers(view: DirectoryState, { members }: DirectoryRole): ListItem[] {
  return members.flatMap(({ principalId, seq }) => {
    const object = view.findLive(principalId);
    return object === undefined ? [] : [{ object, cursor: seq }];
  });
}

const byTemplate = /^roleTemplateId='(?<id>[^']*)'$/i;

/** By the alternate key the answer is that of the role; by its id alone, no template is found. */
function roleOf(call: GraphCall): DirectoryRole {
  const key = (call.params[0] ?? '').toLowerCase();
  const template = byTemplate.exec(key)?.groups?.['id'];
  const found = call.view.roles.directoryRoles.find((role) =>
    template === undefined ? role.id === key : role.roleTemplateId === template,
  );
  if (found === undefined) throw notFound(key);
  return found;
}

function toEntity({ id, displayName, roleTemplateId }: DirectoryRole): Entity {
  return { id, attributes: { deletedDateTime: null, description: displayName, displayName, roleTemplateId } };
}
