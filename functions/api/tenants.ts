import type { z } from 'zod';
import { holdsRole, type Principal } from '../../shared/core/access.js';
import { shownState } from '../../shared/core/issues/issues-of.js';
import type { Tenant } from '../../shared/core/tenant.js';
import { editTenant, type EditTenantPorts, type TenantEdit } from '../../shared/use-cases/edit-tenant.js';
import { listTenants } from '../../shared/ports/list-tenants.js';
import { readTenant } from '../../shared/use-cases/read-tenant.js';
import { connectTenantRoute, type ConnectTenantDependencies } from './connect-tenant.js';
import { refuseWrongRegion } from './data-region.js';
import { ApiError } from './errors.js';
import { importTenantsRoute, type ImportTenantsDependencies } from './import-tenants.js';
import { etagHeader, ifMatch } from './etag.js';
import { tenantNotFound } from './not-found.js';
import { organizationInUse } from './organization-in-use.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { replaceCredentialRoute, type ReplaceCredentialDependencies } from './replace-credential.js';
import { route, type Route } from './route.js';
import { tenantEdit, tenantResource, toTenantResource } from './tenant-schemas.js';

export type TenantsDependencies = ConnectTenantDependencies &
  ImportTenantsDependencies &
  EditTenantPorts &
  ReplaceCredentialDependencies;

const ETAG = { ETag: 'Version of the tenant, for If-Match.' };

export function tenantRoutes(dependencies: TenantsDependencies): Route[] {
  return [
    listRoute(dependencies),
    connectTenantRoute(dependencies),
    importTenantsRoute(dependencies),
    readRoute(dependencies),
    editRoute(dependencies),
    replaceCredentialRoute(dependencies),
  ];
}

function listRoute(dependencies: TenantsDependencies): Route {
  return route({
    operationId: 'listTenants',
    summary: 'The tenants in sight, in the order of their ids; with `state`, those that are in it.',
    method: 'GET',
    path: 'v1/tenants',
    role: 'Reader',
    target: 'anyTenant',
    query: pageQuery.extend({ state: tenantResource.shape.state.optional() }),
    body: null,
    status: 200,
    answer: listOf(tenantResource),
    errors: [],
    async handle(call) {
      const now = dependencies.clock.now();
      const { state } = call.query;
      const isWanted = (tenant: Tenant): boolean =>
        state === undefined || shownState(tenant, now).kind === state;
      const page = await listTenants(dependencies, listRequest(call), call.sight, isWanted);
      return { body: toList(page, call, (tenant) => toTenantResource(tenant, now)) };
    },
  });
}

function readRoute(dependencies: TenantsDependencies): Route {
  return route({
    operationId: 'readTenant',
    summary: 'One tenant: its state and what to do next.',
    method: 'GET',
    path: 'v1/tenants/{tenantId}',
    role: 'Reader',
    query: null,
    body: null,
    status: 200,
    answer: tenantResource,
    headers: ETAG,
    errors: [],
    async handle({ parameters }) {
      const stored = await readTenant(dependencies, parameters.tenantId);
      if (stored === null) throw tenantNotFound();
      return {
        body: toTenantResource(stored.value, dependencies.clock.now()),
        headers: { etag: etagHeader(stored.tag) },
      };
    },
  });
}

function editRoute(dependencies: TenantsDependencies): Route {
  return route({
    operationId: 'editTenant',
    summary: 'Changes what is given and leaves the rest; If-Match makes sure of the version that was seen.',
    method: 'PATCH',
    path: 'v1/tenants/{tenantId}',
    role: 'Admin',
    query: null,
    body: tenantEdit,
    status: 200,
    answer: tenantResource,
    headers: ETAG,
    errors: ['WrongRegion', 'OrganizationInUse', 'PreconditionFailed', 'ChangedMeanwhile'],
    async handle({ parameters, body, header, principal }) {
      refuseMembership(principal, body.organizationIds);
      const accepts = ifMatch(header('if-match'));
      await refuseWrongRegion(dependencies, body.organizationIds);
      const outcome = await editTenant(dependencies, parameters.tenantId, editFrom(body), accepts);
      switch (outcome.kind) {
        case 'notFound':
          throw tenantNotFound();
        case 'organizationInUse':
          throw organizationInUse(outcome.uses);
        case 'preconditionFailed':
          throw new ApiError('PreconditionFailed', 'The tenant has changed since that version was read.');
        case 'edited':
          return {
            body: toTenantResource(outcome.tenant.value, dependencies.clock.now()),
            headers: { etag: etagHeader(outcome.tenant.tag) },
          };
      }
    },
  });
}

/**
 * Whoever is Admin of a tenant sees the organizations that it names: naming them is for those who see all of them
 * anyway. Before anything is looked up, so that nothing is told of an organization by the way.
 * @throws ApiError RoleRequired where the field is given, even unchanged, by an Admin of single tenants
 */
function refuseMembership(principal: Principal, organizationIds: readonly string[] | undefined): void {
  if (organizationIds === undefined || holdsRole(principal, 'Admin', null)) return;
  throw new ApiError(
    'RoleRequired',
    'To which organizations a tenant belongs is changed by who holds Rollcall.Admin everywhere.',
    { target: 'organizationIds' },
  );
}

/** The fields that were given; one that is undefined was not. */
function editFrom(body: z.output<typeof tenantEdit>): TenantEdit {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
