import { AsyncLocalStorage } from 'node:async_hooks';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';

/**
 * An idle connection is closed after so long, or a second before the time that its server announced if that is sooner.
 * An agent without a time of its own ignores the announcement, keeps the connection until the server closes it, and so
 * sends requests into connections that are being closed. Node's `fetch` has the same time by default.
 * Sources: nodejs.org/api/http.html#new-agentoptions, undici.nodejs.org (Client, `keepAliveTimeout`).
 */
const IDLE_MS = 4_000;

const kept = {
  http: new HttpAgent({ keepAlive: true, timeout: IDLE_MS }),
  https: new HttpsAgent({ keepAlive: true, timeout: IDLE_MS }),
};
const unkept = { http: new HttpAgent(), https: new HttpsAgent() };

const repeating = new AsyncLocalStorage<true>();

/** Lets requests go on connections of their own: where one kept connection was closed, others may be. */
export function onNewConnections<Answer>(request: () => Answer): Answer {
  return repeating.run(true, request);
}

const client = createDefaultHttpClient();

/** What carries the requests of every Azure SDK here. A proxy's agent is kept. */
export const keptConnections: HttpClient = {
  sendRequest: (request) => {
    const agents = repeating.getStore() === true ? unkept : kept;
    request.agent ??= request.url.startsWith('https:') ? agents.https : agents.http;
    // Otherwise Node drops the second value of a header that is sent twice, `Retry-After` among them.
    request.requestOverrides = { joinDuplicateHeaders: true, ...request.requestOverrides };
    return client.sendRequest(request);
  },
};
