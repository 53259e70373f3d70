import type { HttpHandler, HttpRequest } from '@azure/functions';
import { z } from 'zod';
import { sightOf, type Principal } from '../../shared/core/access.js';
import { causeText } from '../../shared/core/cause-text.js';
import type { Log } from '../../shared/ports/log.js';
import type { Tenants } from '../../shared/ports/registry.js';
import type { AnswerOncePorts, GivenAnswer } from '../../shared/use-cases/answer-once.js';
import { Turns } from '../turns.js';
import { admit, rolesOf, type Gate } from './admit.js';
import { refuseWhileDisconnecting } from './disconnecting.js';
import { ApiError, errorBody, ERRORS } from './errors.js';
import { apiErrorOf } from './failure-mapping.js';
import { PATH_PARAMETERS, parameterNames, type ParameterName } from './parameters.js';
import { answeredOnce, honoursRepeatability } from './repeatability.js';
import { CsvText } from './csv-text.js';
import { isCsv, jsonBody, readBodyText } from './request-body.js';
import type { Route } from './route.js';
import { validated } from './validation.js';

/** What the edge itself needs to know. */
export interface Edge extends Gate, AnswerOncePorts {
  /** Where clients reach this app, without a path. */
  readonly publicUrl: string;
  readonly tenants: Pick<Tenants, 'get'>;
}

const SECURITY_HEADERS = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };

/**
 * The one way into the API: sign-in, role, limits, repeated requests, validation, then the route; and failures as
 * answers.
 */
export function handlerOf(route: Route, edge: Edge): HttpHandler {
  return async (request, context) => {
    const orFailure = async (answering: () => Promise<GivenAnswer>): Promise<GivenAnswer> => {
      try {
        return await answering();
      } catch (failure) {
        const error =
          apiErrorOf(failure, request.query.has('after')) ??
          unexpected(failure, route, edge.log, context.invocationId);
        const status = ERRORS[error.code];
        if (status !== 503) return response(status, errorBody(error), error.headers);
        logUnavailable(error, route, edge.log, context.invocationId);
        return response(status, errorBody(error), {
          ...error.headers,
          'x-correlation-id': context.invocationId,
        });
      }
    };
    const { body, ...answer } = await orFailure(async () => {
      const admitted = await admittedRequest(route, edge, request);
      const run = (): Promise<GivenAnswer> => orFailure(() => answered(route, edge, admitted));
      return honoursRepeatability(route) ? await answeredOnce(edge, admitted, run) : await run();
    });
    return body === null ? answer : { ...answer, body };
  };
}

interface Admitted {
  readonly request: HttpRequest;
  readonly principal: Principal;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tenantId: string | null;
  readonly bodyText: readonly string[];
}

async function admittedRequest(route: Route, edge: Edge, request: HttpRequest): Promise<Admitted> {
  const principal = await admit(route, edge, request);
  const parameters = pathParameters(route, request);
  const { tenantId } = parameters;
  await refuseWhileDisconnecting(edge.tenants, route, tenantId);
  const bodyText = route.method === 'GET' ? [] : await readBodyText(request, route);
  // A long body may have taken longer than a disconnection waits for requests that it may not have stopped.
  await refuseWhileDisconnecting(edge.tenants, route, tenantId);
  return { request, principal, parameters, tenantId: tenantId ?? null, bodyText };
}

const NO_FIELDS = z.strictObject({});

async function answered(
  route: Route,
  edge: Edge,
  { request, principal, parameters, bodyText }: Admitted,
): Promise<GivenAnswer> {
  const given = route.method === 'GET' ? null : await givenBody(route, request, bodyText);
  const { body, headers, csv } = await route.handle({
    principal,
    sight: sightOf(principal, rolesOf(route)),
    parameters,
    query: validated(route.query ?? NO_FIELDS, Object.fromEntries(request.query)),
    body: route.method === 'GET' ? null : validated(route.body ?? NO_FIELDS, given),
    header: (name) => request.headers.get(name),
    address: publicAddress(request.url, edge.publicUrl),
  });
  // What was written since the disconnection began is removed with everything else, so it is not said to be done.
  await refuseWhileDisconnecting(edge.tenants, route, parameters['tenantId']);
  return csv === undefined
    ? response(route.status, body, headers ?? {})
    : csvResponse(route.status, csv, headers ?? {});
}

/** Others have their turn between parsing what is long, and checking it. */
async function givenBody(route: Route, request: HttpRequest, slices: readonly string[]): Promise<unknown> {
  const turns = new Turns();
  const given = isCsv(request, route) ? new CsvText(slices) : await jsonBody(slices.join(''), route);
  await turns.giveWay();
  return given;
}

/** The address as the client knows it, whatever host a proxy in between made of it. */
function publicAddress(requestUrl: string, publicUrl: string): URL {
  const asked = new URL(requestUrl);
  const address = new URL(publicUrl);
  address.pathname = asked.pathname;
  address.search = asked.search;
  return address;
}

function pathParameters(route: Route, request: HttpRequest): Record<string, string> {
  const entries = parameterNames(route.path).map((name): [string, string] => {
    const value = PATH_PARAMETERS[name].schema.safeParse(request.params[name]);
    if (!value.success) throw malformed(route, name);
    return [name, value.data];
  });
  return Object.fromEntries(entries);
}

/** Nothing is there under what cannot be an id; but whoever makes something by PUT chose it, and may choose another. */
function malformed({ method, path }: Route, name: ParameterName): ApiError {
  const { missing, form } = PATH_PARAMETERS[name];
  return method === 'PUT' && form !== null && path.endsWith(`{${name}}`)
    ? new ApiError('InvalidRequest', `${name} ${form}.`, { target: name })
    : new ApiError(missing, `Nothing is there under that ${name}.`, { target: name });
}

function unexpected(failure: unknown, route: Route, log: Log, correlationId: string): ApiError {
  const { name, message, stack } = failure instanceof Error ? failure : new Error('Not an error');
  const at = stack?.split('\n').slice(1, 4).join(' ').replaceAll(/\s+/g, ' ') ?? '';
  log.error('A request failed', { operation: route.operationId, correlationId, name, message, at });
  return new ApiError('InternalError', `An unexpected fault; the log has it under ${correlationId}.`, {
    headers: { 'x-correlation-id': correlationId },
  });
}

function logUnavailable(error: ApiError, route: Route, log: Log, correlationId: string): void {
  const { code, message } = error;
  const cause = error.cause === undefined ? message : causeText(error.cause);
  log.warn('A request was answered 503', { operation: route.operationId, correlationId, code, cause });
}

function csvResponse(status: number, body: string, headers: Readonly<Record<string, string>>): GivenAnswer {
  const type = { 'content-type': 'text/csv; charset=utf-8' };
  return { status, headers: { ...type, ...SECURITY_HEADERS, ...headers }, body };
}

function response(status: number, body: unknown, headers: Readonly<Record<string, string>>): GivenAnswer {
  if (status === 204) return { status, headers: { ...SECURITY_HEADERS, ...headers }, body: null };
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...SECURITY_HEADERS, ...headers },
    body: JSON.stringify(body),
  };
}
