import type { HttpHandler, HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { sightOf, type Principal } from '../../shared/core/access.js';
import type { Log } from '../../shared/ports/log.js';
import type { Tenants } from '../../shared/ports/registry.js';
import { admit, rolesOf, type Gate } from './admit.js';
import { refuseWhileDisconnecting } from './disconnecting.js';
import { ApiError, errorBody, ERRORS } from './errors.js';
import { apiErrorOf } from './failure-mapping.js';
import { PATH_PARAMETERS, parameterNames } from './parameters.js';
import { readJsonBody } from './request-body.js';
import type { Call, Route } from './route.js';
import { validated } from './validation.js';

/** What the edge itself needs to know. */
export interface Edge extends Gate {
  /** Where clients reach this app, without a path. */
  readonly publicUrl: string;
  readonly log: Log;
  readonly tenants: Pick<Tenants, 'get'>;
}

const SECURITY_HEADERS = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };

/** The one way into the API: sign-in, role, limits, validation, then the route; and failures as answers. */
export function handlerOf(route: Route, edge: Edge): HttpHandler {
  return async (request, context) => {
    try {
      const principal = await admit(route, edge, request);
      const call = await callOf(route, edge, request, principal);
      await refuseWhileDisconnecting(edge.tenants, route, call.parameters['tenantId']);
      const answer = await route.handle(call);
      return response(route.status, answer.body, answer.headers ?? {});
    } catch (failure) {
      const error =
        apiErrorOf(failure, request.query.has('after')) ??
        unexpected(failure, route, edge.log, context.invocationId);
      return response(ERRORS[error.code], errorBody(error), error.headers);
    }
  };
}

const NO_FIELDS = z.strictObject({});

async function callOf(
  route: Route,
  edge: Edge,
  request: HttpRequest,
  principal: Principal,
): Promise<Call<string, unknown, unknown>> {
  return {
    principal,
    sight: sightOf(principal, rolesOf(route)),
    parameters: pathParameters(route, request),
    query: validated(route.query ?? NO_FIELDS, Object.fromEntries(request.query)),
    body: route.method === 'GET' ? null : validated(route.body ?? NO_FIELDS, await readJsonBody(request)),
    header: (name) => request.headers.get(name),
    address: publicAddress(request.url, edge.publicUrl),
  };
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
    const { schema, missing } = PATH_PARAMETERS[name];
    const value = schema.safeParse(request.params[name]);
    if (!value.success) throw new ApiError(missing, `Nothing is there under that ${name}.`, { target: name });
    return [name, value.data];
  });
  return Object.fromEntries(entries);
}

function unexpected(failure: unknown, route: Route, log: Log, correlationId: string): ApiError {
  const { name, message, stack } = failure instanceof Error ? failure : new Error('Not an error');
  const at = stack?.split('\n').slice(1, 4).join(' ').replaceAll(/\s+/g, ' ') ?? '';
  log.error('A request failed', { operation: route.operationId, correlationId, name, message, at });
  return new ApiError('InternalError', `This was not foreseen; the log has it under ${correlationId}.`, {
    headers: { 'x-correlation-id': correlationId },
  });
}

function response(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): HttpResponseInit {
  if (status === 204) return { status, headers: { ...SECURITY_HEADERS, ...headers } };
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...SECURITY_HEADERS, ...headers },
    body: JSON.stringify(body),
  };
}
