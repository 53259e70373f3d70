import { z } from 'zod';
import { currentIssues } from '../../shared/ports/current-issues.js';
import { listSetups } from '../../shared/use-cases/setups/list-setups.js';
import type { SetupPorts } from '../../shared/use-cases/setups/ports.js';
import { putSetup } from '../../shared/use-cases/setups/put-setup.js';
import { readSetup } from '../../shared/use-cases/setups/read-setup.js';
import { removeSetup } from '../../shared/use-cases/setups/remove-setup.js';
import { ApiError, SETUP_FAULTS } from './errors.js';
import { ifMatch } from './etag.js';
import { setupNotFound, tenantNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { LARGEST_SETUP, route, type Route } from './route.js';
import {
  answeredSetup,
  invalidSetup,
  SETUP_ETAG,
  setupBody,
  setupPreconditionFailed,
  setupRemoving,
  setupResource,
  setupTooLarge,
  toSetupResource,
  withoutHead,
} from './setup-resource.js';
import { documentFrom } from './setup-schemas.js';

export type SetupsDependencies = SetupPorts;

const PATH = 'v1/tenants/{tenantId}/setups/{setupId}';

export function setupRoutes(dependencies: SetupsDependencies): Route[] {
  return [
    listRoute(dependencies),
    readRoute(dependencies),
    putRoute(dependencies),
    removeRoute(dependencies),
  ];
}

function listRoute(dependencies: SetupsDependencies): Route {
  return route({
    operationId: 'listSetups',
    summary: "The tenant's setups in the order of their ids.",
    method: 'GET',
    path: 'v1/tenants/{tenantId}/setups',
    role: 'Operator',
    query: pageQuery,
    body: null,
    status: 200,
    answer: listOf(setupResource),
    errors: [],
    async handle(call) {
      const page = await listSetups(dependencies, call.parameters.tenantId, listRequest(call));
      if (page === null) throw tenantNotFound();
      const issues = await currentIssues(dependencies, call.parameters.tenantId);
      return {
        body: toList(page, call, ({ setup, attention }) => toSetupResource(setup, { attention, issues })),
      };
    },
  });
}

function readRoute(dependencies: SetupsDependencies): Route {
  return route({
    operationId: 'readSetup',
    summary: 'One setup: its document with everything filled in, and its state.',
    method: 'GET',
    path: PATH,
    role: 'Operator',
    query: null,
    body: null,
    status: 200,
    answer: setupResource,
    headers: SETUP_ETAG,
    errors: [],
    async handle({ parameters: { tenantId, setupId } }) {
      const outcome = await readSetup(dependencies, tenantId, setupId);
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'notFound':
          throw setupNotFound();
        case 'found':
          return await answeredSetup(dependencies, outcome.setup);
      }
    },
  });
}

function putRoute(dependencies: SetupsDependencies): Route {
  return route({
    operationId: 'putSetup',
    summary: 'Saves a setup, or edits it as a whole; a started one follows as one step.',
    method: 'PUT',
    path: PATH,
    role: 'Operator',
    query: null,
    body: setupBody,
    ...LARGEST_SETUP,
    status: 200,
    answer: setupResource,
    headers: SETUP_ETAG,
    errors: [...SETUP_FAULTS, 'SetupRemoving', 'PreconditionFailed', 'ChangedMeanwhile'],
    async handle({ parameters, body, header }) {
      const document = documentFrom(withoutHead(body));
      const accepts = ifMatch(header('if-match'));
      const outcome = await putSetup(dependencies, parameters, document, accepts);
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'invalid':
          throw invalidSetup(outcome.faults);
        case 'preconditionFailed':
          throw setupPreconditionFailed();
        case 'removing':
          throw setupRemoving();
        case 'tooLarge':
          throw setupTooLarge();
        case 'saved':
          return await answeredSetup(dependencies, outcome.setup, outcome.warnings);
      }
    },
  });
}

function removeRoute(dependencies: SetupsDependencies): Route {
  return route({
    operationId: 'removeSetup',
    summary: 'Removes a setup; the people of one that was started go first, by a job.',
    method: 'DELETE',
    path: PATH,
    role: 'Operator',
    query: z.strictObject({
      confirm: z
        .string()
        .max(256)
        .optional()
        .describe('The designation of the setup, where it was ever started.'),
    }),
    body: null,
    status: 204,
    answer: null,
    errors: ['SetupStarted', 'ConfirmationRequired', 'PreconditionFailed', 'ChangedMeanwhile'],
    async handle({ parameters, query, header }) {
      const accepts = ifMatch(header('if-match'));
      const outcome = await removeSetup(dependencies, parameters, query.confirm ?? null, accepts);
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'preconditionFailed':
          throw setupPreconditionFailed();
        case 'started':
          throw new ApiError('SetupStarted', 'The setup is started: pause it first.');
        case 'unconfirmed':
          throw new ApiError(
            'ConfirmationRequired',
            `Everybody of this setup is removed with it: say so by confirm=${outcome.designation}.`,
            { target: 'confirm' },
          );
        case 'removing':
        case 'removed':
          return { body: null };
      }
    },
  });
}
