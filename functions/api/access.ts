import { z } from 'zod';
import { ROLES, type AccessGrant, type Role } from '../../shared/core/access.js';
import type { Stored } from '../../shared/ports/registry.js';
import { grantAccess, type GrantAccessPorts } from '../../shared/use-cases/grant-access.js';
import { listAccess } from '../../shared/use-cases/list-access.js';
import { readAccess } from '../../shared/use-cases/read-access.js';
import { revokeAccess } from '../../shared/use-cases/revoke-access.js';
import { ApiError } from './errors.js';
import { etagHeader, ifMatch } from './etag.js';
import { instant } from './instant.js';
import { accessNotFound, tenantNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { route, type Route } from './route.js';

export type AccessDependencies = GrantAccessPorts;

const roles = z.enum(ROLES);

const accessBody = z.strictObject({
  roles: z
    .array(roles)
    .min(1)
    .max(ROLES.length)
    .refine((given) => new Set(given).size === given.length, 'must name each role once')
    .describe('In place of those that the identity was given before; DELETE takes them all away.'),
});

const accessResource = z.strictObject({
  tenantId: z.guid(),
  principalId: z.guid(),
  roles: z.array(roles),
  grantedAt: instant,
  grantedBy: z.string().describe('Object id of who gave them.'),
});

const ETAG = { ETag: 'Version of what was given, for If-Match.' };
const PATH = 'v1/tenants/{tenantId}/access/{principalId}';

export function accessRoutes(dependencies: AccessDependencies): Route[] {
  return [
    listRoute(dependencies),
    readRoute(dependencies),
    grantRoute(dependencies),
    revokeRoute(dependencies),
  ];
}

function listRoute(dependencies: AccessDependencies): Route {
  return route({
    operationId: 'listAccess',
    summary: 'Who was given which roles for this tenant, besides app roles.',
    method: 'GET',
    path: 'v1/tenants/{tenantId}/access',
    role: 'Admin',
    query: pageQuery,
    body: null,
    status: 200,
    answer: listOf(accessResource),
    errors: [],
    async handle(call) {
      const page = await listAccess(dependencies, call.parameters.tenantId, listRequest(call));
      if (page === null) throw tenantNotFound();
      return { body: toList(page, call, toAccessResource) };
    },
  });
}

function readRoute(dependencies: AccessDependencies): Route {
  return route({
    operationId: 'readAccess',
    summary: 'The roles that one identity was given for this tenant.',
    method: 'GET',
    path: PATH,
    role: 'Admin',
    query: null,
    body: null,
    status: 200,
    answer: accessResource,
    headers: ETAG,
    errors: [],
    async handle({ parameters }) {
      const outcome = await readAccess(dependencies, parameters.tenantId, parameters.principalId);
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'notFound':
          throw accessNotFound();
        case 'found':
          return granted(outcome.grant);
      }
    },
  });
}

function grantRoute(dependencies: AccessDependencies): Route {
  return route({
    operationId: 'grantAccess',
    summary: 'Gives an identity roles for this tenant, in place of those that it was given before.',
    method: 'PUT',
    path: PATH,
    role: 'Admin',
    query: null,
    body: accessBody,
    status: 200,
    answer: accessResource,
    headers: ETAG,
    errors: ['PreconditionFailed', 'ChangedMeanwhile'],
    async handle({ parameters, principal, body, header }) {
      const accepts = ifMatch(header('if-match'));
      const outcome = await grantAccess(dependencies, principal, { ...parameters, ...body }, accepts);
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'beyondOwn':
          throw beyondOwn(outcome.role);
        case 'preconditionFailed':
          throw preconditionFailed();
        case 'granted':
          return granted(outcome.grant);
      }
    },
  });
}

function revokeRoute(dependencies: AccessDependencies): Route {
  return route({
    operationId: 'revokeAccess',
    summary: 'Takes away what an identity was given for this tenant, from its next request on.',
    method: 'DELETE',
    path: PATH,
    role: 'Admin',
    query: null,
    body: null,
    status: 204,
    answer: null,
    errors: ['PreconditionFailed', 'ChangedMeanwhile'],
    async handle({ parameters, principal, header }) {
      const outcome = await revokeAccess(dependencies, principal, parameters, ifMatch(header('if-match')));
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'beyondOwn':
          throw beyondOwn(outcome.role);
        case 'preconditionFailed':
          throw preconditionFailed();
        case 'revoked':
          return { body: null };
      }
    },
  });
}

function granted({ value, tag }: Stored<AccessGrant>) {
  return { body: toAccessResource(value), headers: { etag: etagHeader(tag) } };
}

function beyondOwn(role: Role): ApiError {
  return new ApiError(
    'RoleRequired',
    `You do not hold Rollcall.${role} yourself: you can neither give it nor take it away.`,
    { target: 'roles' },
  );
}

function preconditionFailed(): ApiError {
  return new ApiError('PreconditionFailed', 'What was given has changed since that version was read.');
}

function toAccessResource(grant: AccessGrant): z.input<typeof accessResource> {
  const { tenantId, principalId, roles: given, grantedAt, grantedBy } = grant;
  return { tenantId, principalId, roles: [...given], grantedAt, grantedBy };
}
