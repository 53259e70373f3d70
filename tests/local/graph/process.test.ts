import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import {
  ensureCertificate,
  type LocalCertificate,
} from '../../../local/certificate/certificate-authority.js';
import { GraphControlClient } from '../../../local/graph/control-client.js';
import { sampleTenants } from '../../../local/graph/samples/well-known.js';
import { outcomeOf, runRealClient, spawnEmulator, startEmulatorProcess } from './support/emulator-process.js';

const [, sample] = sampleTenants;
const folder = mkdtempSync(join(tmpdir(), 'graph-emulator-'));
let tls: LocalCertificate;

beforeAll(async () => {
  tls = await ensureCertificate(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Posts a page's form; the answer's headers. */
async function postForm(url: string, body: string): Promise<IncomingHttpHeaders> {
  const sent = request(url, { method: 'POST', ca: readFileSync(tls.certFile) });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.headers;
}

it('serves the real Graph client and the real credential over https', async () => {
  const emulator = await startEmulatorProcess({ tls });
  const control = new GraphControlClient(emulator.controlUrl);
  await control.addFault({ path: '/users/delta', fault: { kind: 'status', status: 429, retryAfter: 1 } });
  await control.addFault({ path: '/groups/delta', fault: { kind: 'status', status: 503, retryAfter: 1 } });
  const found = await runRealClient({ ...emulator, ...sample }, tls.certFile);
  const truth = await control.truth(sample.tenantId);
  expect(found).toEqual({
    live: truth.users.length,
    pages: 7,
    groups: truth.groups.length,
    memberships: truth.memberships.filter(({ effective }) => effective).length,
    again: 0,
    count: truth.users.length,
    refused: { statusCode: 404, code: 'Request_ResourceNotFound' },
  });
  expect((await control.requestCounts(sample.tenantId)).byStatus).toMatchObject({ 429: 1, 503: 1 });
  expect(await emulator.end()).toBe(0);
});

it('posts handshake and notifications to a loopback address', async () => {
  const posts: string[] = [];
  const app = createServer((request, response) => {
    const token = new URL(request.url ?? '', 'http://localhost').searchParams.get('validationToken');
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (token === null) posts.push(body);
      response.writeHead(token === null ? 202 : 200, { 'content-type': 'text/plain' }).end(token ?? '');
    });
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void app.close());
  const { port } = app.address() as AddressInfo;
  const emulator = await startEmulatorProcess({ tls, samples: { users: 5, groups: 1 } });
  const control = new GraphControlClient(emulator.controlUrl);
  const subscribe = { ...emulator, ...sample, notificationUrl: `http://127.0.0.1:${port}/api/notifications` };
  expect(await runRealClient(subscribe, tls.certFile)).toMatchObject({ subscribed: 201 });
  const [first] = (await control.truth(sample.tenantId)).users;
  await control.applyChanges(sample.tenantId, [
    { kind: 'updateUser', id: first?.id ?? '', attributes: { jobTitle: 'Notified' } },
  ]);
  await expect.poll(() => posts.length).toBe(1);
  expect(posts[0]).toContain(first?.id ?? 'nobody');
});

it('keeps its directories, tokens and subscriptions in the data folder', async () => {
  const dataFolder = join(folder, 'data');
  const config = { tls, dataFolder, samples: { users: 40, groups: 10, tenants: 1 } };
  const tenantId = sampleTenants[0].tenantId;
  const before = await startEmulatorProcess(config);
  const control = new GraphControlClient(before.controlUrl);
  await control.applyRandomChanges(tenantId, { share: 0.5, seed: 3 });
  const truth = await control.truth(tenantId);
  expect(await before.end()).toBe(0);
  const after = await startEmulatorProcess(config);
  expect(await new GraphControlClient(after.controlUrl).truth(tenantId)).toEqual(truth);
});

it('takes consent over https and by its control API, and keeps it in the data folder', async () => {
  const consentApp = {
    clientId: '33333333-aaaa-4bbb-8ccc-000000000001',
    displayName: 'Rollcall',
    secrets: [{ value: 'consent secret' }],
    redirectUris: ['http://localhost:7071/api/consent/callback'],
    permissions: ['User.Read.All'],
  };
  const [first, second] = sampleTenants;
  const tenants = { samples: { users: 1, groups: 1 }, dataFolder: join(folder, 'consent') };
  const config = { tls, ...tenants, consentApps: [consentApp] };
  const before = await startEmulatorProcess(config);
  const control = new GraphControlClient(before.controlUrl);
  await control.setConsentBehaviour(first.tenantId, { grantOnly: ['Group.Read.All'] });
  await control.setClockSkew(-3_600_000);
  await control.setTenantCloud(second.tenantId, 'china', { code: 900432 });
  const [redirectUri = ''] = consentApp.redirectUris;
  const asked = new URLSearchParams({ client_id: consentApp.clientId, redirect_uri: redirectUri });
  const page = `${before.loginUrl}/organizations/adminconsent?${asked.toString()}`;
  const { location = '', date = '' } = await postForm(page, `account=admin@${first.domain}&decision=accept`);
  expect(new URL(location).searchParams.get('tenant')).toBe(first.tenantId);
  expect(Date.parse(date)).toBeLessThan(Date.now() - 3_500_000);
  await control.setConsentApp({ ...consentApp, displayName: 'Renamed' });
  expect(await control.listConsentApps()).toMatchObject([{ displayName: 'Renamed' }]);
  expect(await before.end()).toBe(0);
  const after = new GraphControlClient((await startEmulatorProcess(config)).controlUrl);
  expect(await after.listConsentApps()).toEqual([consentApp]);
  await after.withdrawConsent(first.tenantId, consentApp.clientId);
  await expect(after.withdrawConsent(first.tenantId, consentApp.clientId)).rejects.toThrow('does not know');
});

it('names a taken port in one line and ends with 1', async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void blocker.close());
  const { port } = blocker.address() as AddressInfo;
  const { code, err } = await outcomeOf(spawnEmulator({ tls, controlPort: port, samples: false }));
  expect([code, err]).toEqual([
    1,
    `graph emulator: the port ${port} for control is taken by another process\n`,
  ]);
});

it('rejects with the reason of a control operation that cannot be done', async () => {
  const emulator = await startEmulatorProcess({ tls, samples: false });
  const control = new GraphControlClient(emulator.controlUrl);
  await expect(control.truth('nobody')).rejects.toThrow('there is no tenant nobody');
  await expect(control.advanceClock(1)).rejects.toThrow('the emulator runs on real time');
  await control.createTenant({ tenantId: sample.tenantId, apps: [] });
  expect(await control.listTenants()).toMatchObject([{ tenantId: sample.tenantId, users: 0 }]);
});
