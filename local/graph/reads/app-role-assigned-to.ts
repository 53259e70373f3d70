import { derivedGuid } from '../derived-guid.js';
import type { AppRoleGrant } from '../directory/role-book.js';
import type { DirectoryObject } from '../directory/records.js';
import type { GraphCall, RouteAnswer } from '../http/call.js';
import { listPage } from './list-page.js';
import { findPrincipal } from './service-principals.js';

interface Assignment {
  readonly grant: AppRoleGrant;
  readonly principal: DirectoryObject;
}

const types: Readonly<Record<string, string>> = {
  user: 'User',
  group: 'Group',
  servicePrincipal: 'ServicePrincipal',
};

/** `GET /servicePrincipals/{id}/appRoleAssignedTo`: users, groups and service principals, groups not resolved. */
export function appRoleAssignedToRoute(call: GraphCall): RouteAnswer {
  const resource = findPrincipal(call);
  const live = call.view.roles.assignedTo(resource.id).flatMap((grant) => {
    const principal = call.view.findLive(grant.principalId);
    return principal === undefined ? [] : [{ object: { grant, principal }, cursor: grant.seq }];
  });
  return listPage<Assignment>(call, {
    context: `servicePrincipals('${resource.id}')/appRoleAssignedTo`,
    after: (cursor) => live.filter((each) => each.cursor > cursor),
    print: ({ grant, principal }) => ({
      id: derivedGuid(`assignment ${resource.id} ${grant.appRoleId} ${principal.id}`),
      deletedDateTime: null,
      appRoleId: grant.appRoleId,
      createdDateTime: '2024-01-01T00:00:00Z',
      principalDisplayName: principal.attributes['displayName'] ?? null,
      principalId: principal.id,
      principalType: types[principal.type] ?? principal.type,
      resourceDisplayName: resource.attributes['displayName'],
      resourceId: resource.id,
    }),
    count: () => live.length,
  });
}
