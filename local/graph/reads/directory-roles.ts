import type { DirectoryRole } from '../directory/role-book.js';
import type { GraphCall, RouteAnswer } from '../http/call.js';
import { notFound } from '../http/failure.js';
import { entityItem, entityList, type Entity } from './entity-list.js';
import { listPage } from './list-page.js';
import { printObject } from './print-object.js';

/** `GET /directoryRoles`: those that were activated, as a role is when somebody first gets it. */
export function directoryRolesRoute(call: GraphCall): RouteAnswer {
  return entityList(call, 'directoryRoles', call.view.roles.directoryRoles.map(toEntity));
}

/** `GET /directoryRoles/{id}`. */
export function directoryRoleRoute(call: GraphCall): RouteAnswer {
  return entityItem(call, 'directoryRoles', [toEntity(roleOf(call))]);
}

/**
 * `GET /directoryRoles/{id}/members` and `/directoryRoles(roleTemplateId='…')/members`: users, groups and service
 * principals that were given the role; who is in such a group is not listed.
 */
export function directoryRoleMembersRoute(call: GraphCall): RouteAnswer {
  const { members } = roleOf(call);
  const live = members.flatMap(({ principalId, seq }) => {
    const object = call.view.findLive(principalId);
    return object === undefined ? [] : [{ object, cursor: seq }];
  });
  return listPage(call, {
    context: 'directoryObjects',
    after: (cursor) => live.filter((each) => each.cursor > cursor),
    print: (object) => printObject(object, call.query.select, true),
    count: () => live.length,
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
