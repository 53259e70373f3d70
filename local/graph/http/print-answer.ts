import type { Fault } from '../control-api.js';
import type { RouteAnswer, WireAnswer } from './call.js';
import { GraphFailure } from './failure.js';

/** What identifies an exchange, in headers and in error bodies. */
export interface AnswerHeaders {
  readonly requestId: string;
  readonly clientRequestId: string | undefined;
  readonly date: Date;
}

/** Puts a route's answer on the wire with Graph's headers. */
export function printAnswer(answer: RouteAnswer, ids: AnswerHeaders, units: number): WireAnswer {
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? '');
  return {
    status: answer.status,
    body: answer.body === undefined ? '' : text,
    headers: {
      'content-type': 'application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8',
      date: ids.date.toUTCString(),
      'request-id': ids.requestId,
      'client-request-id': ids.clientRequestId ?? ids.requestId,
      'x-ms-resource-unit': String(units),
      ...answer.headers,
    },
  };
}

/** Graph's error shape (graph-protocol 5.1). */
export function errorBody(failure: GraphFailure, ids: AnswerHeaders): unknown {
  const innerError = {
    ...(failure.nested ? { code: failure.code } : {}),
    date: ids.date.toISOString().slice(0, 19),
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId ?? ids.requestId,
  };
  return { error: { code: failure.nested ? '' : failure.code, message: failure.message, innerError } };
}

const customaryCodes: Readonly<Record<number, string>> = {
  400: 'Request_BadRequest',
  401: 'InvalidAuthenticationToken',
  403: 'Authorization_RequestDenied',
  404: 'Request_ResourceNotFound',
  410: 'resyncRequired',
  429: 'TooManyRequests',
  500: 'generalException',
  503: 'serviceNotAvailable',
  504: 'UnknownError',
};

/** The answer that a status fault asks for. */
export function statusFault(fault: Extract<Fault, { kind: 'status' }>): GraphFailure {
  const code = fault.code ?? customaryCodes[fault.status] ?? 'UnknownError';
  const wait = fault.retryAfter;
  const headers = wait === undefined || wait === null ? {} : { 'retry-after': String(wait) };
  return new GraphFailure(
    fault.status,
    code,
    fault.message ?? 'The service answered so on request.',
    headers,
  );
}
