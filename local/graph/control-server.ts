import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RemoteMethod } from './control-client.js';
import type { GraphControl } from './control-api.js';

const remoteMethods: Readonly<Record<RemoteMethod, true>> = {
  createTenant: true,
  removeTenant: true,
  listTenants: true,
  setApp: true,
  applyChanges: true,
  applyRandomChanges: true,
  setLive: true,
  addFault: true,
  listFaults: true,
  clearFaults: true,
  setNotificationFaults: true,
  expireTokens: true,
  setLag: true,
  setThrottling: true,
  subscriptions: true,
  killSubscription: true,
  sendLifecycleEvent: true,
  notificationCounts: true,
  requestCounts: true,
  resetCounts: true,
  violations: true,
  clearViolations: true,
  advanceClock: true,
  setConsentApp: true,
  listConsentApps: true,
  setConsentBehaviour: true,
  withdrawConsent: true,
  setTenantCloud: true,
  setClockSkew: true,
};

/** Serves the control API: `POST /{method}` with a JSON list of arguments, `GET /truth/{tenant}` as NDJSON. */
export function controlListener(control: GraphControl): RequestListener {
  return (request, response) => {
    serve(control, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(400, { 'content-type': 'text/plain' });
      response.end(error instanceof Error ? error.message : String(error));
    });
  };
}

async function serve(
  control: GraphControl,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, method = '', tenantId = ''] = (request.url ?? '/').split('?')[0]?.split('/') ?? [];
  if (request.method === 'GET' && method === 'truth') {
    await streamTruth(control, decodeURIComponent(tenantId), response);
    return;
  }
  if (request.method !== 'POST' || !isRemote(method)) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end(`no such control operation: ${method}`);
    return;
  }
  const args: unknown = JSON.parse((await readBody(request)) || '[]');
  if (!Array.isArray(args)) throw new Error('the body is no list of arguments');
  const call = control[method].bind(control) as (...args: unknown[]) => Promise<unknown>;
  const answer = await call(...(args as unknown[]));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(answer === undefined ? '' : JSON.stringify(answer));
}

function isRemote(method: string): method is RemoteMethod {
  return Object.hasOwn(remoteMethods, method);
}

const rowsPerWrite = 500;

/** Row by row with the reader's pace, so that memory does not grow with the directory. */
async function streamTruth(control: GraphControl, tenantId: string, response: ServerResponse): Promise<void> {
  let lines: string[] = [];
  const flush = async (): Promise<void> => {
    const more = response.write(lines.join(''));
    lines = [];
    if (!more) await once(response, 'drain');
  };
  for await (const row of control.truthRows(tenantId)) {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    lines.push(`${JSON.stringify(row)}\n`);
    if (lines.length >= rowsPerWrite) await flush();
  }
  response.end(lines.join(''));
}

/** The whole body as text. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
