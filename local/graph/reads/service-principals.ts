import { derivedGuid } from '../derived-guid.js';
import type { GraphCall, RouteAnswer } from '../http/call.js';
import type { Tenant } from '../tenant.js';
import { entityItem, entityList, findEntity, type Entity } from './entity-list.js';
import { knownPermissions, permissionId } from './permission-ids.js';

const graphAppId = '00000003-0000-0000-c000-000000000000';
const graphName = 'Microsoft Graph';
const firstDay = '2024-01-01T00:00:00Z';

/** A service principal with what was granted to it. */
interface Principal extends Entity {
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** ISO instant. */
  readonly grantedAt: string;
}

/** `GET /servicePrincipals`: Microsoft Graph, the tenant's own apps, and those consented to. */
export function servicePrincipalsRoute(call: GraphCall): RouteAnswer {
  return entityList(call, 'servicePrincipals', [...principalsOf(call.tenant), ...madePrincipals(call)]);
}

/** `GET /servicePrincipals/{id}`. */
export function servicePrincipalRoute(call: GraphCall): RouteAnswer {
  return entityItem(call, 'servicePrincipals', [findPrincipal(call)]);
}

/** The service principal of the path. @throws GraphFailure 404 */
export function findPrincipal(call: GraphCall): Entity {
  return findEntity<Entity>(call, [...principalsOf(call.tenant), ...madePrincipals(call)]);
}

/** Those that were made as objects of the directory, such as an application of the gallery with roles of its own. */
function madePrincipals({ view }: GraphCall): Entity[] {
  const made = [...view.objects.values()].filter(
    ({ type, state }) => type === 'servicePrincipal' && state === 'live',
  );
  return made.map(({ id, attributes }) => {
    const { displayName = id } = attributes;
    const appId = derivedGuid(`application of ${id}`);
    const own = { accountEnabled: true, appId, appDisplayName: displayName, appRoles: [] };
    return { id, attributes: { ...own, servicePrincipalType: 'Application', ...attributes, displayName } };
  });
}

/** `GET /servicePrincipals/{id}/appRoleAssignments`: the application permissions granted (graph-protocol 4.11). */
export function appRoleAssignmentsRoute(call: GraphCall): RouteAnswer {
  const principal = findEntity(call, principalsOf(call.tenant));
  const assignments = principal.roles.map((role) => ({
    id: derivedGuid(`assignment ${principal.id} ${role}`),
    attributes: {
      deletedDateTime: null,
      appRoleId: permissionId(role),
      createdDateTime: principal.grantedAt,
      principalDisplayName: principal.displayName,
      principalId: principal.id,
      principalType: 'ServicePrincipal',
      resourceDisplayName: graphName,
      resourceId: idIn(call.tenant, graphAppId),
    },
  }));
  return entityList(call, 'appRoleAssignments', assignments);
}

/** `GET /servicePrincipals/{id}/oauth2PermissionGrants`: the delegated permissions, for everybody, in one grant. */
export function permissionGrantsRoute(call: GraphCall): RouteAnswer {
  const principal = findEntity(call, principalsOf(call.tenant));
  const grant = {
    id: derivedGuid(`grant ${principal.id}`),
    attributes: {
      clientId: principal.id,
      consentType: 'AllPrincipals',
      principalId: null,
      resourceId: idIn(call.tenant, graphAppId),
      scope: principal.scopes.join(' '),
    },
  };
  return entityList(call, 'oauth2PermissionGrants', principal.scopes.length === 0 ? [] : [grant]);
}

function idIn(tenant: Tenant, clientId: string): string {
  return derivedGuid(`service principal ${clientId.toLowerCase()} in ${tenant.id}`);
}

function principalsOf(tenant: Tenant): readonly Principal[] {
  const registered = [...tenant.apps.values()].map(({ clientId, displayName = clientId, roles }) =>
    principal(tenant, { clientId, displayName, roles, scopes: [], grantedAt: firstDay }),
  );
  const consented = [...tenant.consents.values()].map(
    ({ clientId, displayName, roles, scopes, consentedAt }) => {
      const grantedAt = new Date(consentedAt).toISOString();
      return principal(tenant, { clientId, displayName, roles, scopes, grantedAt });
    },
  );
  const granted = [...registered, ...consented].flatMap(({ roles }) => roles);
  return [graphPrincipal(tenant, granted), ...registered, ...consented];
}

function principal(
  tenant: Tenant,
  { clientId, ...granted }: Omit<Principal, keyof Entity> & { readonly clientId: string },
  appRoles: readonly Readonly<Record<string, unknown>>[] = [],
): Principal {
  const { displayName } = granted;
  const attributes = {
    accountEnabled: true,
    appId: clientId,
    appDisplayName: displayName,
    displayName,
    servicePrincipalType: 'Application',
    appRoles,
    oauth2PermissionScopes: [],
  };
  return { id: idIn(tenant, clientId), attributes, ...granted };
}

/** Names the permissions behind the ids of assignments. */
function graphPrincipal(tenant: Tenant, granted: readonly string[]): Principal {
  const appRoles = [...new Set([...knownPermissions, ...granted])].map((value) => ({
    allowedMemberTypes: ['Application'],
    description: value,
    displayName: value,
    id: permissionId(value),
    isEnabled: true,
    origin: 'Application',
    value,
  }));
  const none = { roles: [], scopes: [], grantedAt: firstDay };
  return principal(tenant, { clientId: graphAppId, displayName: graphName, ...none }, appRoles);
}
