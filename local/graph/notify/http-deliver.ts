import type { Deliver } from '../emulator-options.js';

/** How long Graph waits for a subscriber's answer (graph-protocol 8.9). */
const patienceMs = 10_000;

/** Posts over the network; rejects when no answer came in time. */
export const httpDeliver: Deliver = async ({ url, contentType, body }) => {
  const headers = { 'content-type': contentType };
  const signal = AbortSignal.timeout(patienceMs);
  const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
  const answer = await response.text();
  return { status: response.status, contentType: response.headers.get('content-type') ?? '', body: answer };
};
