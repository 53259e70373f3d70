import { z } from 'zod';
import { rowsRemoved, type Disconnection, type DisconnectionStage } from '../../shared/core/disconnection.js';
import {
  beginDisconnection,
  type BeginDisconnectionOutcome,
  type BeginDisconnectionPorts,
} from '../../shared/use-cases/disconnect-tenant/begin-disconnection.js';
import { readDisconnection } from '../../shared/use-cases/disconnect-tenant/read-disconnection.js';
import { ApiError } from './errors.js';
import { ifMatch } from './etag.js';
import { instant } from './instant.js';
import { disconnectionNotFound, tenantNotFound } from './not-found.js';
import { route, type Route } from './route.js';

export interface DisconnectionDependencies extends BeginDisconnectionPorts {
  readonly publicUrl: string;
}

const stages = [
  'queued',
  'endingSubscriptions',
  'removingRows',
  'waiting',
  'removingSecrets',
  'removingTenant',
  'proving',
] as const satisfies readonly DisconnectionStage[];

const disconnectionResource = z.strictObject({
  tenantId: z.guid(),
  status: z.enum(['Running', 'Succeeded', 'Failed']),
  stage: z.enum(stages).optional().describe('What it does now, or did when it failed.'),
  waitsUntil: instant.optional().describe('End of the stage waiting.'),
  startedAt: instant,
  endedAt: instant.optional(),
  rowsRemoved: z.int().describe('So far, of all tables together.'),
  removed: z.record(z.string(), z.int()).describe('Rows removed so far, by table.'),
  subscriptionsEnded: z.int().describe('Graph subscriptions.'),
  secret: z.strictObject({
    state: z.enum(['pending', 'deleted', 'none']).describe('deleted: recoverable until the purge.'),
    scheduledPurgeDate: instant.nullable().describe('When the vault purges it for good.'),
  }),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
});

export function disconnectionRoutes(dependencies: DisconnectionDependencies): Route[] {
  return [disconnectRoute(dependencies), readRoute(dependencies)];
}

function disconnectRoute(dependencies: DisconnectionDependencies): Route {
  return route({
    operationId: 'disconnectTenant',
    summary: 'Disconnects a tenant and removes everything of it; asked again it is the same operation.',
    method: 'DELETE',
    path: 'v1/tenants/{tenantId}',
    role: 'Admin',
    query: z.strictObject({
      confirm: z.string().max(256).optional().describe("The tenant's displayName, exactly."),
    }),
    body: null,
    status: 202,
    answer: disconnectionResource,
    headers: { 'Operation-Location': 'Address of the disconnection; it outlives the tenant by 30 days.' },
    errors: ['ConfirmationRequired', 'PreconditionFailed', 'ChangedMeanwhile'],
    async handle({ parameters: { tenantId }, query, header }) {
      const wish = { confirm: query.confirm ?? null, accepts: ifMatch(header('if-match')) };
      const operation = acceptedOrThrow(await beginDisconnection(dependencies, tenantId, wish));
      const path = `/api/v1/tenants/${tenantId}/disconnection`;
      return {
        body: toDisconnectionResource(operation),
        headers: { 'operation-location': new URL(path, dependencies.publicUrl).href },
      };
    },
  });
}

function acceptedOrThrow(outcome: BeginDisconnectionOutcome): Disconnection {
  switch (outcome.kind) {
    case 'accepted':
      return outcome.operation;
    case 'notFound':
      throw tenantNotFound();
    case 'confirmationRequired':
      throw new ApiError(
        'ConfirmationRequired',
        `Everything of this tenant will be removed: confirm must be its displayName, exactly ${JSON.stringify(outcome.expected)}.`,
        { target: 'confirm' },
      );
    case 'preconditionFailed':
      throw new ApiError('PreconditionFailed', 'The tenant has changed since that version was read.');
  }
}

function readRoute(dependencies: DisconnectionDependencies): Route {
  return route({
    operationId: 'readDisconnection',
    summary: 'How far the removal of a tenant is; readable for 30 days after its end.',
    method: 'GET',
    path: 'v1/tenants/{tenantId}/disconnection',
    role: 'Admin',
    query: null,
    body: null,
    status: 200,
    answer: disconnectionResource,
    errors: ['DisconnectionNotFound'],
    async handle({ parameters }) {
      const operation = await readDisconnection(dependencies, parameters.tenantId);
      if (operation === null) throw disconnectionNotFound();
      return { body: toDisconnectionResource(operation) };
    },
  });
}

function toDisconnectionResource(operation: Disconnection): z.input<typeof disconnectionResource> {
  const { stage, waitsUntil, endedAt, error, watchHash: _watchHash, ...always } = operation;
  return {
    ...always,
    ...(stage !== null && { stage }),
    ...(waitsUntil !== null && { waitsUntil }),
    rowsRemoved: rowsRemoved(operation),
    removed: { ...always.removed },
    secret: { ...always.secret },
    warnings: always.warnings.map((warning) => ({ ...warning })),
    ...(endedAt !== null && { endedAt }),
    ...(error !== null && { error: { ...error } }),
  };
}
