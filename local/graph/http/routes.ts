import { deltaRoute } from '../delta/delta-route.js';
import { appRoleAssignedToRoute } from '../reads/app-role-assigned-to.js';
import { applicationRoute, applicationsRoute } from '../reads/applications.js';
import { deletedItemRoute, deletedItemsRoute, restoreRoute } from '../reads/deleted-items.js';
import {
  directoryRoleMembersRoute,
  directoryRoleRoute,
  directoryRolesRoute,
  roleAssignmentsRoute,
} from '../reads/directory-roles.js';
import { countRoute, itemRoute, listRoute } from '../reads/directory-lists.js';
import { managerRoute } from '../reads/manager.js';
import { relationRoute } from '../reads/memberships.js';
import { organizationRoute } from '../reads/organization.js';
import {
  appRoleAssignmentsRoute,
  permissionGrantsRoute,
  servicePrincipalRoute,
  servicePrincipalsRoute,
} from '../reads/service-principals.js';
import type { GraphCall, RouteAnswer } from './call.js';
import { deletedPermission, permissions, restorePermission } from './permissions.js';

/** A served operation of Graph. */
export interface Route {
  readonly method: string;
  /** Path below the version; `{…}` takes one segment. */
  readonly template: string;
  /** Any of these permissions suffices (graph-protocol section 13); undefined: the operation judges itself. */
  readonly roles: readonly string[] | ((params: readonly string[]) => readonly string[]) | undefined;
  /** Base cost in resource units (graph-protocol 6.3). */
  readonly cost: number;
  readonly run: (call: GraphCall) => RouteAnswer | Promise<RouteAnswer>;
}

const { users, groups, organization, applications, roles } = permissions;

function get(template: string, roles: Route['roles'], cost: number, run: Route['run']): Route {
  return { method: 'GET', template, roles, cost, run };
}

function relation(template: string, roles: readonly string[], cost: number, run: Route['run']): Route[] {
  return ['', '/{cast}', '/{cast}/{count}'].map((tail) => get(template + tail, roles, cost, run));
}

/** The directory reads that the emulator serves; subscriptions and batches are added by the server. */
export const directoryRoutes: readonly Route[] = [
  get('/users', users, 2, listRoute('users')),
  get('/users/$count', users, 2, countRoute('users')),
  ...['delta', 'delta()', 'microsoft.graph.delta', 'microsoft.graph.delta()'].flatMap((name) => [
    get(`/users/${name}`, users, 2, deltaRoute('users')),
    get(`/groups/${name}`, groups, 1, deltaRoute('groups')),
  ]),
  get('/users/{id}', users, 2, itemRoute('users')),
  get('/users/{id}/manager', users, 1, managerRoute),
  ...relation('/users/{id}/memberOf', permissions.memberOf, 2, relationRoute('memberOf', 'users')),
  ...relation(
    '/users/{id}/transitiveMemberOf',
    permissions.memberOf,
    2,
    relationRoute('transitiveMemberOf', 'users'),
  ),
  get('/groups', groups, 1, listRoute('groups')),
  get('/groups/$count', groups, 1, countRoute('groups')),
  get('/groups/{id}', groups, 1, itemRoute('groups')),
  ...relation('/groups/{id}/members', groups, 3, relationRoute('members', 'groups')),
  ...relation('/groups/{id}/transitiveMembers', groups, 5, relationRoute('transitiveMembers', 'groups')),
  ...relation('/groups/{id}/memberOf', groups, 2, relationRoute('memberOf', 'groups')),
  ...relation('/groups/{id}/transitiveMemberOf', groups, 2, relationRoute('transitiveMemberOf', 'groups')),
  get('/directory/deletedItems/{cast}', deletedPermission, 1, deletedItemsRoute),
  get('/directory/deletedItems/{cast}/{id}', deletedPermission, 1, deletedItemRoute),
  {
    method: 'POST',
    template: '/directory/deletedItems/{id}/restore',
    roles: restorePermission,
    cost: 1,
    run: restoreRoute,
  },
  get('/organization', organization, 1, organizationRoute),
  get('/applications', applications, 2, applicationsRoute),
  get('/applications/{id}', applications, 2, applicationRoute),
  get('/servicePrincipals', applications, 1, servicePrincipalsRoute),
  get('/servicePrincipals/{id}', applications, 1, servicePrincipalRoute),
  get('/servicePrincipals/{id}/appRoleAssignments', applications, 2, appRoleAssignmentsRoute),
  get('/servicePrincipals/{id}/appRoleAssignedTo', applications, 2, appRoleAssignedToRoute),
  get('/servicePrincipals/{id}/oauth2PermissionGrants', applications, 2, permissionGrantsRoute),
  get('/directoryRoles', roles, 1, directoryRolesRoute),
  get('/directoryRoles/{id}', roles, 1, directoryRoleRoute),
  get('/directoryRoles/{id}/members', roles, 1, directoryRoleMembersRoute),
  get('/roleManagement/directory/roleAssignments', roles, 1, roleAssignmentsRoute),
];

/** A route that fits a request, with the values of its placeholders. */
export interface MatchedRoute {
  readonly route: Route;
  readonly params: readonly string[];
}

interface CompiledRoute {
  readonly route: Route;
  readonly segments: readonly string[];
}

/** Finds routes by method and path; earlier routes win. */
export class RouteTable {
  readonly #bySize = new Map<number, CompiledRoute[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const segments = route.template.slice(1).split('/');
      const same = this.#bySize.get(segments.length) ?? [];
      same.push({ route, segments });
      this.#bySize.set(segments.length, same);
    }
  }

  /** The route; `otherMethod` when the path is served, but not by this method. */
  find(method: string, path: string): MatchedRoute | 'otherMethod' | undefined {
    const given = keyedSegments(path);
    let served = false;
    for (const { route, segments } of this.#bySize.get(given.length) ?? []) {
      const params = match(segments, given);
      if (params === undefined) continue;
      if (route.method === method) return { route, params };
      served = true;
    }
    return served ? 'otherMethod' : undefined;
  }
}

/** An alternate key, `directoryRoles(roleTemplateId='…')`, stands where the id would: a segment of its own. */
function keyedSegments(path: string): string[] {
  const segments = path.slice(1).split('/').map(decodeURIComponent);
  const [, collection, key] = /^(\w+)\((\w+='[^']*')\)$/.exec(segments[0] ?? '') ?? [];
  return collection === undefined || key === undefined ? segments : [collection, key, ...segments.slice(1)];
}

function match(segments: readonly string[], given: readonly string[]): string[] | undefined {
  const params: string[] = [];
  for (const [i, segment] of segments.entries()) {
    const value = given[i] ?? '';
    if (segment.startsWith('{')) params.push(value);
    else if (segment.toLowerCase() !== value.toLowerCase()) return undefined;
  }
  return params;
}
