import { z } from 'zod';
import { copySetup } from '../../shared/use-cases/setups/copy-setup.js';
import type { CopySetupOutcome } from '../../shared/use-cases/setups/copy-setup.js';
import { pauseSetup } from '../../shared/use-cases/setups/pause-setup.js';
import type { CurrentIssuesPorts } from '../../shared/ports/current-issues.js';
import type { FindingPorts, SetupPorts } from '../../shared/use-cases/setups/ports.js';
import { startSetup } from '../../shared/use-cases/setups/start-setup.js';
import { ApiError, SETUP_FAULTS } from './errors.js';
import { ifMatch } from './etag.js';
import { freeText } from './free-text.js';
import { setupNotFound, tenantNotFound } from './not-found.js';
import { setupId as setupIdSchema } from './parameters.js';
import { LARGEST_SETUP, route, type Route } from './route.js';
import {
  answeredSetup,
  invalidSetup,
  SETUP_ETAG,
  setupPreconditionFailed,
  setupRemoving,
  setupResource,
  setupTooLarge,
} from './setup-resource.js';
import { changesFrom, organizationId, setupChanges } from './setup-schemas.js';

const PATH = 'v1/tenants/{tenantId}/setups/{setupId}';
const ANSWERED = {
  method: 'POST',
  role: 'Operator',
  query: null,
  answer: setupResource,
  headers: SETUP_ETAG,
} as const;

/** What any copy is told. */
export const copyShape = {
  setupId: setupIdSchema.describe('Id of the copy.'),
  designation: freeText(256).optional(),
  changes: setupChanges.optional().describe('Parts in place of those that are copied.'),
};
const copyBody = z.strictObject({
  ...copyShape,
  organizationId: organizationId.optional().describe('Whom the copy is for, where that is somebody else.'),
});

export function setupActionRoutes(dependencies: SetupPorts): Route[] {
  return [startRoute(dependencies), pauseRoute(dependencies), copyRoute(dependencies)];
}

function startRoute(dependencies: SetupPorts): Route {
  return route({
    ...ANSWERED,
    operationId: 'startSetup',
    summary: 'Starts a setup, or goes on with a paused one: its people are worked out from now on.',
    path: `${PATH}/start`,
    body: null,
    status: 200,
    errors: ['SetupInvalid', 'SetupRemoving', 'PreconditionFailed', 'ChangedMeanwhile'],
    async handle({ parameters: { tenantId, setupId }, header }) {
      const outcome = await startSetup(dependencies, tenantId, setupId, ifMatch(header('if-match')));
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'notFound':
          throw setupNotFound();
        case 'invalid':
          throw invalidSetup(outcome.faults, 'SetupInvalid');
        case 'preconditionFailed':
          throw setupPreconditionFailed();
        case 'removing':
          throw setupRemoving();
        case 'started':
          return await answeredSetup(dependencies, outcome.setup, outcome.warnings);
      }
    },
  });
}

function pauseRoute(dependencies: SetupPorts): Route {
  return route({
    ...ANSWERED,
    operationId: 'pauseSetup',
    summary: 'Leaves the people of a setup as they are until it is started again.',
    path: `${PATH}/pause`,
    body: null,
    status: 200,
    errors: ['SetupNotStarted', 'PreconditionFailed', 'ChangedMeanwhile'],
    async handle({ parameters: { tenantId, setupId }, header }) {
      const outcome = await pauseSetup(dependencies, tenantId, setupId, ifMatch(header('if-match')));
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'notFound':
          throw setupNotFound();
        case 'preconditionFailed':
          throw setupPreconditionFailed();
        case 'notStarted':
          throw new ApiError('SetupNotStarted', 'The setup is not started: there is nothing to pause.');
        case 'paused':
          return await answeredSetup(dependencies, outcome.setup);
      }
    },
  });
}

function copyRoute(dependencies: SetupPorts): Route {
  return route({
    ...ANSWERED,
    operationId: 'copySetup',
    summary: 'Copies a setup within its tenant, for another organization perhaps; the copy is not started.',
    path: `${PATH}/copy`,
    body: copyBody,
    ...LARGEST_SETUP,
    status: 201,
    errors: [...SETUP_FAULTS, 'SetupExists'],
    async handle({ parameters, body }) {
      const changes = {
        ...changesFrom(body.changes),
        ...(body.designation === undefined ? {} : { designation: body.designation }),
        ...(body.organizationId === undefined ? {} : { organizationId: body.organizationId }),
      };
      const outcome = await copySetup(dependencies, parameters, { setupId: body.setupId, changes });
      return await copied(dependencies, outcome, setupNotFound);
    },
  });
}

/** @throws ApiError where nothing was copied */
export function copied(
  ports: FindingPorts & CurrentIssuesPorts,
  outcome: CopySetupOutcome,
  originalNotFound: () => ApiError,
): ReturnType<typeof answeredSetup> {
  switch (outcome.kind) {
    case 'tenantNotFound':
      throw tenantNotFound();
    case 'notFound':
      throw originalNotFound();
    case 'invalid':
      throw invalidSetup(outcome.faults);
    case 'exists':
      throw new ApiError('SetupExists', 'The tenant has a setup of that id already.', { target: 'setupId' });
    case 'tooLarge':
      throw setupTooLarge();
    case 'copied':
      return answeredSetup(ports, outcome.setup, outcome.warnings);
  }
}
