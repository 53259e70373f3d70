import { z } from 'zod';
import type { SetupTemplate } from '../../shared/core/setup/setup.js';
import type { Stored } from '../../shared/ports/registry.js';
import { copySetupTemplate } from '../../shared/use-cases/setups/copy-setup-template.js';
import { listSetupTemplates } from '../../shared/use-cases/setups/list-setup-templates.js';
import type { SetupPorts, TemplatePorts } from '../../shared/use-cases/setups/ports.js';
import { putSetupTemplate } from '../../shared/use-cases/setups/put-setup-template.js';
import { readSetupTemplate } from '../../shared/use-cases/setups/read-setup-template.js';
import { removeSetupTemplate } from '../../shared/use-cases/setups/remove-setup-template.js';
import { ApiError, SETUP_FAULTS } from './errors.js';
import { etagHeader, ifMatch } from './etag.js';
import { instant } from './instant.js';
import { setupTemplateNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { LARGEST_SETUP, route, type Route } from './route.js';
import { copied, copyShape } from './setup-actions.js';
import { SETUP_ETAG, setupResource, setupTooLarge } from './setup-resource.js';
import {
  changesFrom,
  documentFrom,
  notLookedAt,
  organizationId,
  templateDocument,
  toDocument,
} from './setup-schemas.js';

export type SetupTemplatesDependencies = SetupPorts & TemplatePorts;

const head = { id: z.string(), changedAt: instant };
const templateResource = templateDocument.extend(head);
/** What an answer says besides counts for nothing, so that what was read may be changed and sent back. */
const templateBody = templateDocument.extend(notLookedAt(head));

const ETAG = { ETag: 'Version of the template, for If-Match.' };
const PATH = 'v1/setup-templates/{templateId}';

export function setupTemplateRoutes(dependencies: SetupTemplatesDependencies): Route[] {
  return [
    listRoute(dependencies),
    readRoute(dependencies),
    putRoute(dependencies),
    removeRoute(dependencies),
    copyRoute(dependencies),
  ];
}

function listRoute(dependencies: SetupTemplatesDependencies): Route {
  return route({
    operationId: 'listSetupTemplates',
    summary: 'What setups may be made from, in the order of their ids.',
    method: 'GET',
    path: 'v1/setup-templates',
    role: 'Operator',
    target: 'anyTenant',
    query: pageQuery,
    body: null,
    status: 200,
    answer: listOf(templateResource),
    errors: [],
    async handle(call) {
      const page = await listSetupTemplates(dependencies, listRequest(call));
      return { body: toList(page, call, toTemplateResource) };
    },
  });
}

function readRoute(dependencies: SetupTemplatesDependencies): Route {
  return route({
    operationId: 'readSetupTemplate',
    summary: 'One template: a setup document without an organization.',
    method: 'GET',
    path: PATH,
    role: 'Operator',
    target: 'anyTenant',
    query: null,
    body: null,
    status: 200,
    answer: templateResource,
    headers: ETAG,
    errors: [],
    async handle({ parameters }) {
      const template = await readSetupTemplate(dependencies, parameters.templateId);
      if (template === null) throw setupTemplateNotFound();
      return answered(template);
    },
  });
}

function putRoute(dependencies: SetupTemplatesDependencies): Route {
  return route({
    operationId: 'putSetupTemplate',
    summary: 'Saves a template; setups that were made from it before stay as they are.',
    method: 'PUT',
    path: PATH,
    role: 'Operator',
    query: null,
    body: templateBody,
    ...LARGEST_SETUP,
    status: 200,
    answer: templateResource,
    headers: ETAG,
    errors: ['PreconditionFailed', 'ChangedMeanwhile'],
    async handle({ parameters: { templateId }, body, header }) {
      const { id: _id, changedAt: _changed, ...given } = body;
      const template = { templateId, document: documentFrom(given) };
      const outcome = await putSetupTemplate(dependencies, template, ifMatch(header('if-match')));
      switch (outcome.kind) {
        case 'preconditionFailed':
          throw preconditionFailed();
        case 'tooLarge':
          throw setupTooLarge();
        case 'saved':
          return answered(outcome.template);
      }
    },
  });
}

function removeRoute(dependencies: SetupTemplatesDependencies): Route {
  return route({
    operationId: 'removeSetupTemplate',
    summary: 'Removes a template; setups that were made from it stay as they are.',
    method: 'DELETE',
    path: PATH,
    role: 'Operator',
    query: null,
    body: null,
    status: 204,
    answer: null,
    errors: ['PreconditionFailed', 'ChangedMeanwhile'],
    async handle({ parameters, header }) {
      const accepts = ifMatch(header('if-match'));
      const outcome = await removeSetupTemplate(dependencies, parameters.templateId, accepts);
      if (outcome === 'preconditionFailed') throw preconditionFailed();
      return { body: null };
    },
  });
}

function copyRoute(dependencies: SetupTemplatesDependencies): Route {
  return route({
    operationId: 'copySetupTemplate',
    summary: 'Makes a setup of the tenant from a template; it is not started.',
    method: 'POST',
    path: 'v1/tenants/{tenantId}/setup-templates/{templateId}/copy',
    role: 'Operator',
    query: null,
    body: z.strictObject({ ...copyShape, organizationId }),
    ...LARGEST_SETUP,
    status: 201,
    answer: setupResource,
    headers: SETUP_ETAG,
    errors: [...SETUP_FAULTS, 'SetupExists'],
    async handle({ parameters, body }) {
      const { setupId, designation, organizationId: organization } = body;
      const changes = {
        ...changesFrom(body.changes),
        ...(designation === undefined ? {} : { designation }),
      };
      const wish = { setupId, changes, organizationId: organization };
      const outcome = await copySetupTemplate(dependencies, parameters, wish);
      return await copied(dependencies, outcome, setupTemplateNotFound);
    },
  });
}

function answered(stored: Stored<SetupTemplate>) {
  return { body: toTemplateResource(stored), headers: { etag: etagHeader(stored.tag) } };
}

function preconditionFailed(): ApiError {
  return new ApiError('PreconditionFailed', 'The template has changed since that version was read.');
}

function toTemplateResource({ value }: Stored<SetupTemplate>): z.output<typeof templateResource> {
  const { templateId: id, changedAt, document } = value;
  return { ...toDocument(document), id, changedAt };
}
