import { currentIssues } from '../../shared/ports/current-issues.js';
import { cancelRun } from '../../shared/use-cases/cancel-run.js';
import { listRuns } from '../../shared/use-cases/list-runs.js';
import { readRun } from '../../shared/use-cases/read-run.js';
import {
  requestRuns,
  type RequestRunsOutcome,
  type RequestRunsPorts,
} from '../../shared/use-cases/request-runs.js';
import type { Run } from '../../shared/core/run.js';
import { ApiError, retryAfter } from './errors.js';
import { runNotFound, tenantNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { route, type Route } from './route.js';
import { runResource, runWish, toRunResource } from './run-schemas.js';

export interface RunsDependencies extends RequestRunsPorts {
  readonly publicUrl: string;
}

export function runRoutes(dependencies: RunsDependencies): Route[] {
  return [
    requestRoute(dependencies),
    listRoute(dependencies),
    readRoute(dependencies),
    cancelRoute(dependencies),
  ];
}

function requestRoute(dependencies: RunsDependencies): Route {
  return route({
    operationId: 'requestRun',
    summary: 'Run Jobs: answers at once; the same jobs with the same full, still active, are that run.',
    method: 'POST',
    path: 'v1/tenants/{tenantId}/runs',
    role: 'Operator',
    query: null,
    body: runWish,
    status: 202,
    answer: runResource,
    headers: { 'Operation-Location': 'Address of the run.' },
    errors: ['TenantAwaitingConsent', 'TenantPaused', 'QueueUnavailable'],
    async handle({ parameters, body }) {
      const run = acceptedOrThrow(await requestRuns(dependencies, parameters.tenantId, body));
      const path = `/api/v1/tenants/${run.tenantId}/runs/${encodeURIComponent(run.runId)}`;
      return {
        body: toRunResource(run, []),
        headers: { 'operation-location': new URL(path, dependencies.publicUrl).href },
      };
    },
  });
}

function acceptedOrThrow(outcome: RequestRunsOutcome): Run {
  switch (outcome.kind) {
    case 'accepted':
      return outcome.run;
    case 'tenantNotFound':
      throw tenantNotFound();
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

function listRoute(dependencies: RunsDependencies): Route {
  return route({
    operationId: 'listRuns',
    summary: "The tenant's runs, newest first.",
    method: 'GET',
    path: 'v1/tenants/{tenantId}/runs',
    role: 'Reader',
    query: pageQuery,
    body: null,
    status: 200,
    answer: listOf(runResource),
    errors: [],
    async handle(call) {
      const page = await listRuns(dependencies, call.parameters.tenantId, listRequest(call));
      if (page === null) throw tenantNotFound();
      const issues = await currentIssues(dependencies, call.parameters.tenantId);
      return { body: toList(page, call, (run) => toRunResource(run, issues)) };
    },
  });
}

function readRoute(dependencies: RunsDependencies): Route {
  return route({
    operationId: 'readRun',
    summary: 'One run: how far it is and what it changed.',
    method: 'GET',
    path: 'v1/tenants/{tenantId}/runs/{runId}',
    role: 'Reader',
    query: null,
    body: null,
    status: 200,
    answer: runResource,
    errors: ['RunNotFound'],
    async handle({ parameters }) {
      const run = await readRun(dependencies, parameters.tenantId, parameters.runId);
      if (run === null) throw runNotFound();
      return { body: toRunResource(run, await currentIssues(dependencies, run.tenantId)) };
    },
  });
}

function cancelRoute(dependencies: RunsDependencies): Route {
  return route({
    operationId: 'cancelRun',
    summary: 'Cancels a run; one that is over is answered as it is.',
    method: 'POST',
    path: 'v1/tenants/{tenantId}/runs/{runId}/cancel',
    role: 'Operator',
    query: null,
    body: null,
    status: 200,
    answer: runResource,
    errors: ['RunNotFound', 'ChangedMeanwhile'],
    async handle({ parameters }) {
      const run = await cancelRun(dependencies, parameters.tenantId, parameters.runId);
      if (run === null) throw runNotFound();
      return { body: toRunResource(run, await currentIssues(dependencies, run.tenantId)) };
    },
  });
}
