import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  createEmptyPipeline,
  createPipelineRequest,
  type PipelineRequestOptions,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { keptConnections } from '../../../../shared/adapters/http/kept-connections.js';
import {
  repetitionPolicy,
  type RepetitionPolicyOptions,
} from '../../../../shared/adapters/http/repetition-policy.js';

let server: Server;
let url: string;
let answers: RequestListener[];
let arrived: number;
/** Called once an attempt was answered. */
let looks: (() => void) | null;

beforeEach(async () => {
  answers = [];
  arrived = 0;
  looks = null;
  server = createServer((request, response) => {
    arrived += 1;
    const next = answers.shift();
    if (next === undefined) response.end('answer');
    else next(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const answered =
  (status: number, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers).end();
  };
const cut: RequestListener = (request) => request.socket.destroy();
const never: RequestListener = () => undefined;

async function send(
  request: Partial<PipelineRequestOptions> = {},
  options: Partial<RepetitionPolicyOptions> = {},
): Promise<PipelineResponse> {
  const pipeline = createEmptyPipeline();
  const { policy } = repetitionPolicy({ deadlineMs: 5_000, unanswered: 'reads', ...options });
  pipeline.addPolicy(policy);
  pipeline.addPolicy({
    name: 'look',
    sendRequest: async (sent, next) => {
      const response = await next(sent);
      looks?.();
      return response;
    },
  });
  const made = createPipelineRequest({ url, allowInsecureConnection: true, ...request });
  return await pipeline.sendRequest(keptConnections, made);
}

describe('an SDK whose requests are repeated', () => {
  it.each([
    ['cut connections', cut],
    ['500', answered(500)],
    ['503 with a time that can be waited for', answered(503, { 'retry-after': '0.1' })],
    ['429 with a time that can be waited for', answered(429, { 'retry-after': '0.1' })],
  ])('sends them again after %s', async (_, fault) => {
    answers = [fault, fault];
    expect(await send({ method: 'PUT', body: '{}' })).toMatchObject({ status: 200, bodyAsText: 'answer' });
    expect(arrived).toBe(3);
  });

  it.each([400, 401, 403, 404, 409, 412, 429, 501])('does not after %i', async (status) => {
    answers = [answered(status)];
    expect((await send()).status).toBe(status);
    expect(arrived).toBe(1);
  });

  it('returns the last answer if it is a fault too', async () => {
    answers = Array.from({ length: 10 }, () => answered(503));
    expect((await send()).status).toBe(503);
    expect(arrived).toBe(6);
  });

  it('sends reads again that got no answer, and writes only if that is wanted', async () => {
    answers = [never];
    expect((await send({}, { deadlineMs: 1_500 })).status).toBe(200);
    answers = [never];
    await expect(send({ method: 'POST' }, { deadlineMs: 300 })).rejects.toThrow();
    answers = [never];
    const all = { deadlineMs: 1_500, unanswered: 'all' } as const;
    expect((await send({ method: 'POST' }, all)).status).toBe(200);
  });

  it('ends when its caller says so, between two attempts too', async () => {
    const caller = new AbortController();
    answers = [answered(503, { 'retry-after': '4' })];
    looks = () => setImmediate(() => caller.abort());
    expect((await send({ abortSignal: caller.signal })).status).toBe(503);
    await expect(send({ abortSignal: caller.signal })).rejects.toThrow();
    expect(arrived).toBe(1);
  });
});
