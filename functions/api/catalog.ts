import { z } from 'zod';
import { CATALOG_KINDS, type CatalogEntry, type CatalogKind } from '../../shared/core/catalog/catalog.js';
import type { ParentFault } from '../../shared/core/catalog/parent-fault.js';
import type { Stored } from '../../shared/ports/registry.js';
import { listCatalog } from '../../shared/use-cases/catalog/list-catalog.js';
import type { CatalogPorts } from '../../shared/use-cases/catalog/ports.js';
import { putCatalogEntry } from '../../shared/use-cases/catalog/put-catalog-entry.js';
import { readCatalogEntry } from '../../shared/use-cases/catalog/read-catalog-entry.js';
import {
  removeCatalogEntry,
  type RemoveCatalogEntryOutcome,
} from '../../shared/use-cases/catalog/remove-catalog-entry.js';
import { ApiError, ErrorDetails, type ErrorDetail } from './errors.js';
import { etagHeader, ifMatch } from './etag.js';
import { freeText } from './free-text.js';
import { catalogEntryNotFound, organizationNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { catalogId } from './parameters.js';
import { route, type Route } from './route.js';

export type CatalogDependencies = CatalogPorts;

const entryBody = z.strictObject({
  designation: freeText(256),
  module: freeText(128).nullish().describe('Of a role: the module of the product that it belongs to.'),
  parentId: catalogId.nullish().describe('Of an organizational unit: the one above, registered before.'),
});

const entryResource = z.strictObject({
  organizationId: z.string(),
  kind: z.enum(CATALOG_KINDS),
  id: z.string(),
  designation: z.string(),
  module: z.string().nullable().describe('Null for what is no role.'),
  parentId: z.string().nullable().describe('Null at the top, and for what is no organizational unit.'),
});

const ETAG = { ETag: 'Version of the entry, for If-Match.' };
const LIST_PATH = 'v1/organizations/{organizationId}/catalog';
const PATH = `${LIST_PATH}/{catalogKind}/{catalogId}` as const;

export function catalogRoutes(dependencies: CatalogDependencies): Route[] {
  return [
    listRoute(dependencies),
    listKindRoute(dependencies),
    readRoute(dependencies),
    putRoute(dependencies),
    removeRoute(dependencies),
  ];
}

const LISTED = {
  method: 'GET',
  role: 'Operator',
  target: 'anyTenant',
  query: pageQuery,
  body: null,
  status: 200,
  answer: listOf(entryResource),
  errors: [],
} as const;

function listRoute(dependencies: CatalogDependencies): Route {
  return route({
    ...LISTED,
    operationId: 'listCatalog',
    summary: 'Everything that the operator registered for an organization, by kind.',
    path: LIST_PATH,
    async handle(call) {
      const { organizationId } = call.parameters;
      const list = { organizationId, kind: null, sight: call.sight };
      const page = await listCatalog(dependencies, list, listRequest(call));
      if (page === null) throw organizationNotFound();
      return { body: toList(page, call, toEntryResource) };
    },
  });
}

function listKindRoute(dependencies: CatalogDependencies): Route {
  return route({
    ...LISTED,
    operationId: 'listCatalogOfKind',
    summary: 'What the operator registered for an organization of one kind.',
    path: `${LIST_PATH}/{catalogKind}`,
    async handle(call) {
      const { organizationId } = call.parameters;
      const list = { organizationId, kind: kindOf(call.parameters), sight: call.sight };
      const page = await listCatalog(dependencies, list, listRequest(call));
      if (page === null) throw organizationNotFound();
      return { body: toList(page, call, toEntryResource) };
    },
  });
}

function readRoute(dependencies: CatalogDependencies): Route {
  return route({
    operationId: 'readCatalogEntry',
    summary: "One of the operator's own things in an organization.",
    method: 'GET',
    path: PATH,
    role: 'Operator',
    target: 'anyTenant',
    query: null,
    body: null,
    status: 200,
    answer: entryResource,
    headers: ETAG,
    errors: [],
    async handle({ parameters, sight }) {
      const outcome = await readCatalogEntry(dependencies, keyOf(parameters), sight);
      switch (outcome.kind) {
        case 'organizationNotFound':
          throw organizationNotFound();
        case 'notFound':
          throw catalogEntryNotFound();
        case 'found':
          return answered(outcome.entry);
      }
    },
  });
}

function putRoute(dependencies: CatalogDependencies): Route {
  return route({
    operationId: 'putCatalogEntry',
    summary: 'Registers something for an organization, so that setups may give it, or replaces it.',
    method: 'PUT',
    path: PATH,
    role: 'Operator',
    query: null,
    body: entryBody,
    status: 200,
    answer: entryResource,
    headers: ETAG,
    errors: ['PreconditionFailed', 'ChangedMeanwhile'],
    async handle({ parameters, body, header }) {
      const entry = entryFrom(keyOf(parameters), body);
      const outcome = await putCatalogEntry(dependencies, entry, ifMatch(header('if-match')));
      switch (outcome.kind) {
        case 'organizationNotFound':
          throw organizationNotFound();
        case 'parentRefused':
          throw invalidParent(outcome.fault);
        case 'preconditionFailed':
          throw preconditionFailed();
        case 'saved':
          return answered(outcome.entry);
      }
    },
  });
}

function removeRoute(dependencies: CatalogDependencies): Route {
  return route({
    operationId: 'removeCatalogEntry',
    summary: 'Takes something out of the catalog that no setup uses.',
    method: 'DELETE',
    path: PATH,
    role: 'Operator',
    query: null,
    body: null,
    status: 204,
    answer: null,
    errors: ['CatalogEntryInUse', 'PreconditionFailed', 'ChangedMeanwhile'],
    async handle({ parameters, header }) {
      const key = keyOf(parameters);
      const outcome = await removeCatalogEntry(dependencies, key, ifMatch(header('if-match')));
      switch (outcome.kind) {
        case 'organizationNotFound':
          throw organizationNotFound();
        case 'preconditionFailed':
          throw preconditionFailed();
        case 'inUse':
          throw inUse(key.kind, outcome);
        case 'removed':
          return { body: null };
      }
    },
  });
}

function keyOf(parameters: Readonly<Record<'organizationId' | 'catalogKind' | 'catalogId', string>>) {
  const { organizationId, catalogId: id } = parameters;
  return { organizationId, kind: kindOf(parameters), id };
}

/** The path was checked to name one. */
function kindOf({ catalogKind }: { readonly catalogKind: string }): CatalogKind {
  return z.enum(CATALOG_KINDS).parse(catalogKind);
}

/** @throws ApiError where the kind has no such field */
function entryFrom(
  key: Pick<CatalogEntry, 'organizationId' | 'kind' | 'id'>,
  { designation, module, parentId }: z.output<typeof entryBody>,
): CatalogEntry {
  const foreign = (target: string, owner: string): ApiError =>
    new ApiError('InvalidRequest', `${target} belongs to ${owner} alone.`, { target });
  if (key.kind !== 'role' && (module ?? null) !== null) throw foreign('module', 'roles');
  if (key.kind === 'role' && (module ?? null) === null)
    throw new ApiError('InvalidRequest', 'module is required of a role.', { target: 'module' });
  if (key.kind !== 'organizationalUnit' && (parentId ?? null) !== null)
    throw foreign('parentId', 'organizational units');
  return { ...key, designation, module: module ?? null, parentId: parentId ?? null };
}

function answered(stored: Stored<CatalogEntry>) {
  return { body: toEntryResource(stored), headers: { etag: etagHeader(stored.tag) } };
}

const PARENT_FAULTS: Readonly<Record<ParentFault, string>> = {
  unknown: 'parentId names no organizational unit of this organization.',
  below: 'parentId would put the unit below itself.',
  tooDeep: 'parentId would put the unit below too many others.',
};

function invalidParent(fault: ParentFault): ApiError {
  return new ApiError('InvalidRequest', PARENT_FAULTS[fault], { target: 'parentId' });
}

function preconditionFailed(): ApiError {
  return new ApiError('PreconditionFailed', 'The entry has changed since that version was read.');
}

/** A setup says what it says in the words of its document, so that the place can be found. */
function inUse(
  kind: CatalogKind,
  { uses, units }: Extract<RemoveCatalogEntryOutcome, { kind: 'inUse' }>,
): ApiError {
  const code = 'CatalogEntryInUse';
  const details: ErrorDetail[] = [
    ...uses.map(({ tenantId, setupId, designation, path }): ErrorDetail => ({
      code,
      message: `Setup ${setupId} (${designation}) of tenant ${tenantId} uses it at ${path}.`,
      target: `tenants/${tenantId}/setups/${setupId}#${path}`,
    })),
    ...units.map((id): ErrorDetail => ({
      code,
      message: `Organizational unit ${id} lies below it.`,
      target: `catalog/${kind}/${id}`,
    })),
  ];
  const places = details.length === 1 ? 'one place uses' : `${details.length} places use`;
  return new ApiError(code, `It is not removed while ${places} it: ${details[0]?.message ?? ''}`, {
    details: ErrorDetails.from(details),
  });
}

function toEntryResource({ value }: Stored<CatalogEntry>): z.input<typeof entryResource> {
  const { organizationId, kind, id, designation, module, parentId } = value;
  return { organizationId, kind, id, designation, module, parentId };
}
