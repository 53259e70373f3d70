import { z } from 'zod';
import { personIdOf } from '../../shared/core/people/person.js';
import { PERSON_SYNC_OUTCOMES, PERSON_SYNC_STEPS, type PersonSync } from '../../shared/core/person-sync.js';
import { readPersonSync } from '../../shared/use-cases/people/read-person-sync.js';
import {
  requestPersonSync,
  type PersonSyncPorts,
  type RequestPersonSyncOutcome,
} from '../../shared/use-cases/people/request-person-sync.js';
import { ApiError, retryAfter } from './errors.js';
import { instant } from './instant.js';
import { personNotFound, setupNotFound, syncNotFound, tenantNotFound } from './not-found.js';
import { route, type Route } from './route.js';

const PATH = 'v1/tenants/{tenantId}/setups/{setupId}/people/{personId}/sync';

export interface PersonSyncDependencies extends PersonSyncPorts {
  readonly tenants: PersonSyncPorts['tenants'];
  readonly setups: PersonSyncPorts['setups'];
  readonly publicUrl: string;
}

const names = z.array(z.string()).readonly();

const step = z.strictObject({
  step: z.enum(PERSON_SYNC_STEPS),
  outcome: z
    .enum(PERSON_SYNC_OUTCOMES)
    .describe("leftToRound: the directory's changes, or the reading under way, tell it."),
  detail: z.string(),
  setupId: z.string().nullable().describe('Of a step that is about one setup.'),
  read: names.describe('Names of attributes or ids of groups that were read; values are not kept here.'),
  changed: names.describe('Names of attributes or fields, or ids of groups, that differ from before.'),
  secondLook: z.boolean().describe('Belongs to the look at secondLookAt.'),
  milliseconds: z.int().min(0),
});

const syncResource = z.strictObject({
  id: z.string(),
  personId: z.string(),
  status: z.enum(['NotStarted', 'Running', 'Succeeded', 'Failed']),
  requestedAt: instant,
  endedAt: instant.nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  steps: z.array(step).readonly(),
  secondLookAt: instant
    .nullable()
    .describe('When the directory is asked once more whether what this brought still holds.'),
});

export function personSyncRoutes(dependencies: PersonSyncDependencies): Route[] {
  return [requestRoute(dependencies), readRoute(dependencies)];
}

function requestRoute(dependencies: PersonSyncDependencies): Route {
  return route({
    operationId: 'syncPerson',
    summary: 'Syncs one person now, also while a first sync runs; one that still waits is answered again.',
    method: 'POST',
    path: PATH,
    role: 'Operator',
    query: null,
    body: null,
    status: 202,
    answer: syncResource,
    headers: { 'Operation-Location': 'Address of the trace, which grows as the sync goes on.' },
    errors: ['TenantAwaitingConsent', 'TenantPaused', 'QueueUnavailable'],
    async handle({ parameters }) {
      const sync = acceptedOrThrow(await requestPersonSync(dependencies, parameters));
      const { tenantId, setupId, requestId } = sync;
      const path = `/api/v1/tenants/${tenantId}/setups/${setupId}/people/${personIdOf(setupId, sync.directoryId)}/sync/${requestId}`;
      return {
        body: toSyncResource(sync),
        headers: { 'operation-location': new URL(path, dependencies.publicUrl).href },
      };
    },
  });
}

function acceptedOrThrow(outcome: RequestPersonSyncOutcome): PersonSync {
  switch (outcome.kind) {
    case 'accepted':
      return outcome.sync;
    case 'tenantNotFound':
      throw tenantNotFound();
    case 'setupNotFound':
      throw setupNotFound();
    case 'personNotFound':
      throw personNotFound();
    case 'tenantAwaitingConsent':
      throw new ApiError(
        'TenantAwaitingConsent',
        'Nobody has let this app into the tenant yet: its nextStep says how.',
      );
    case 'tenantPaused':
      throw new ApiError('TenantPaused', 'The tenant is paused: set paused to false first.');
    case 'queueUnavailable':
      throw new ApiError('QueueUnavailable', 'The queue cannot be reached now; ask again.', {
        headers: retryAfter(outcome.retryAfterMs),
        cause: outcome.cause,
      });
  }
}

function readRoute(dependencies: PersonSyncDependencies): Route {
  return route({
    operationId: 'readPersonSync',
    summary: 'The trace of syncing one person: each step, what it read and what it changed.',
    method: 'GET',
    path: `${PATH}/{requestId}`,
    role: 'Operator',
    query: null,
    body: null,
    status: 200,
    answer: syncResource,
    errors: [],
    async handle({ parameters }) {
      const outcome = await readPersonSync(dependencies, parameters);
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'setupNotFound':
          throw setupNotFound();
        case 'syncNotFound':
          throw syncNotFound();
        case 'found':
          return { body: toSyncResource(outcome.sync) };
      }
    },
  });
}

function toSyncResource(sync: PersonSync): z.input<typeof syncResource> {
  const { requestId, setupId, directoryId, status, requestedAt, endedAt, error, secondLookAt } = sync;
  const personId = personIdOf(setupId, directoryId);
  return {
    ...{ id: requestId, personId, status, requestedAt, endedAt, error, secondLookAt },
    steps: [...sync.steps],
  };
}
