import { createHash } from 'node:crypto';
import { z } from 'zod';
import { listOrganizations } from '../../shared/use-cases/organizations/list-organizations.js';
import type {
  OrganizationPorts,
  OrganizationView,
} from '../../shared/use-cases/organizations/organization-view.js';
import { putOrganization } from '../../shared/use-cases/organizations/put-organization.js';
import { readOrganization } from '../../shared/use-cases/organizations/read-organization.js';
import { removeOrganization } from '../../shared/use-cases/organizations/remove-organization.js';
import { wrongRegion, type DataRegionDependencies } from './data-region.js';
import { ApiError } from './errors.js';
import { etagHeader, ifMatch } from './etag.js';
import { freeText } from './free-text.js';
import { organizationNotFound } from './not-found.js';
import { organizationInUse } from './organization-in-use.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { route, type Route } from './route.js';

export type OrganizationsDependencies = OrganizationPorts & DataRegionDependencies;

export const region = freeText(64).describe('Where its data must lie, as Azure names its regions.');
export const externalId = freeText(256).describe("What the operator's other systems call it.");

const organizationBody = z.strictObject({
  designation: freeText(256),
  externalId: externalId.nullish(),
  region: region.nullish(),
  tenantIds: z
    .array(z.guid().toLowerCase())
    .max(1000)
    .optional()
    .describe(
      'All of its tenants: those that are not named no longer belong to it. Without it they are left alone.',
    ),
});

const organizationResource = z.strictObject({
  id: z.string(),
  designation: z.string(),
  externalId: z.string().nullable(),
  region: z.string().nullable(),
  tenantIds: z.array(z.guid()).describe('In the order of their ids; only those that you may see.'),
});

const ETAG = { ETag: 'Version of the organization and of who belongs to it, for If-Match.' };
const PATH = 'v1/organizations/{organizationId}';

export function organizationRoutes(dependencies: OrganizationsDependencies): Route[] {
  return [
    listRoute(dependencies),
    readRoute(dependencies),
    putRoute(dependencies),
    removeRoute(dependencies),
  ];
}

function listRoute(dependencies: OrganizationsDependencies): Route {
  return route({
    operationId: 'listOrganizations',
    summary: "The operator's customers, each with its tenants.",
    method: 'GET',
    path: 'v1/organizations',
    role: 'Admin',
    target: 'anyTenant',
    query: pageQuery,
    body: null,
    status: 200,
    answer: listOf(organizationResource),
    errors: [],
    async handle(call) {
      const page = await listOrganizations(dependencies, listRequest(call), call.sight);
      return { body: toList(page, call, toOrganizationResource) };
    },
  });
}

function readRoute(dependencies: OrganizationsDependencies): Route {
  return route({
    operationId: 'readOrganization',
    summary: 'One customer with its tenants.',
    method: 'GET',
    path: PATH,
    role: 'Admin',
    target: 'anyTenant',
    query: null,
    body: null,
    status: 200,
    answer: organizationResource,
    headers: ETAG,
    errors: [],
    async handle({ parameters, sight }) {
      const view = await readOrganization(dependencies, parameters.organizationId, sight);
      if (view === null) throw organizationNotFound();
      return answered(view);
    },
  });
}

function putRoute(dependencies: OrganizationsDependencies): Route {
  return route({
    operationId: 'putOrganization',
    summary: 'Makes or replaces a customer; with tenantIds, says which tenants belong to it.',
    method: 'PUT',
    path: PATH,
    role: 'Admin',
    query: null,
    body: organizationBody,
    status: 200,
    answer: organizationResource,
    headers: ETAG,
    errors: ['WrongRegion', 'OrganizationInUse', 'PreconditionFailed', 'ChangedMeanwhile'],
    async handle({ parameters, body, header }) {
      const { dataRegion } = dependencies;
      const organization = {
        id: parameters.organizationId,
        designation: body.designation,
        externalId: body.externalId ?? null,
        region: body.region ?? null,
      };
      const wish = {
        organization,
        tenantIds: body.tenantIds ?? null,
        accepts: acceptsView(header),
        dataRegion,
      };
      const outcome = await putOrganization(dependencies, wish);
      switch (outcome.kind) {
        case 'preconditionFailed':
          throw preconditionFailed();
        case 'tenantUnknown':
          throw new ApiError('InvalidRequest', 'tenantIds names a tenant that is not connected.', {
            target: `tenantIds[${outcome.index}]`,
          });
        case 'wrongRegion':
          throw wrongRegion(organization.region, dataRegion, 'region');
        case 'inUse':
          throw organizationInUse(outcome.uses);
        case 'saved':
          return answered(outcome);
      }
    },
  });
}

function removeRoute(dependencies: OrganizationsDependencies): Route {
  return route({
    operationId: 'removeOrganization',
    summary: 'Removes a customer that no tenant belongs to.',
    method: 'DELETE',
    path: PATH,
    role: 'Admin',
    query: null,
    body: null,
    status: 204,
    answer: null,
    errors: ['OrganizationInUse', 'PreconditionFailed', 'ChangedMeanwhile'],
    async handle({ parameters, header }) {
      const outcome = await removeOrganization(dependencies, parameters.organizationId, acceptsView(header));
      switch (outcome.kind) {
        case 'preconditionFailed':
          throw preconditionFailed();
        case 'inUse':
          throw new ApiError('OrganizationInUse', `Tenants belong to it: ${namedSome(outcome.tenantIds)}.`);
        case 'removed':
          return { body: null };
      }
    },
  });
}

const SHOWN = 5;

function namedSome(tenantIds: readonly string[]): string {
  const more = tenantIds.length - SHOWN;
  return tenantIds.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function preconditionFailed(): ApiError {
  return new ApiError('PreconditionFailed', 'The organization has changed since that version was read.');
}

function answered(view: OrganizationView) {
  return { body: toOrganizationResource(view), headers: { etag: etagHeader(versionOf(view)) } };
}

function acceptsView(header: (name: string) => string | null): ((view: OrganizationView) => boolean) | null {
  const accepts = ifMatch(header('if-match'));
  return accepts === null ? null : (view) => accepts(versionOf(view));
}

/** The row says nothing of the tenants, which belong to the version that somebody saw all the same. */
function versionOf({ organization, tenantIds }: OrganizationView): string {
  const seen = JSON.stringify([organization.tag, tenantIds]);
  return `"${createHash('sha256').update(seen).digest('base64url')}"`;
}

function toOrganizationResource({
  organization,
  tenantIds,
}: OrganizationView): z.input<typeof organizationResource> {
  return { ...organization.value, tenantIds: [...tenantIds] };
}
