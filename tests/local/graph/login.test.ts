import { expect, it } from 'vitest';
import { clientId, emulatorWithTenant, postToken, tenantId } from './support/tenant.js';

async function codesOf(response: Response): Promise<unknown[]> {
  const body = (await response.json()) as { error: string; error_codes: number[] };
  return [response.status, body.error, ...body.error_codes];
}

it('issues a bearer token for a tenant by GUID or domain', async () => {
  const { emulator } = await emulatorWithTenant();
  for (const tenant of [tenantId, 'contoso.example']) {
    expect(await (await postToken(emulator, {}, tenant)).json()).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3599,
    });
  }
});

it('refuses with the documented codes', async () => {
  const { emulator, clock } = await emulatorWithTenant();
  const past = new Date(clock.now() - 1).toISOString();
  await emulator.setApp(tenantId, {
    clientId,
    roles: [],
    secrets: [{ value: 'old', expiresAt: past }, { value: 'good' }],
  });
  const refusal = async (form: Record<string, string>, tenant?: string) =>
    codesOf(await postToken(emulator, form, tenant));
  expect(await refusal({ client_secret: 'bad' })).toEqual([401, 'invalid_client', 7000215]);
  expect(await refusal({ client_secret: 'old' })).toEqual([401, 'invalid_client', 7000222]);
  expect(await refusal({ client_secret: '' })).toEqual([401, 'invalid_client', 7000216]);
  expect(await refusal({ client_id: 'nobody' })).toEqual([400, 'unauthorized_client', 700016]);
  expect(await refusal({}, '99999999-0000-4000-8000-000000000000')).toEqual([400, 'invalid_request', 90002]);
  expect(await refusal({}, 'not a tenant')).toEqual([400, 'invalid_request', 900023]);
  expect(await refusal({}, 'common')).toEqual([400, 'invalid_request', 9001023]);
  expect(await refusal({ scope: 'User.Read' })).toEqual([400, 'invalid_scope', 70011]);
  expect(await refusal({ scope: 'https://other.example/.default' })).toEqual([
    400,
    'invalid_resource',
    500011,
  ]);
});

it('answers 401 to a missing, forged, expired or foreign token', async () => {
  const { emulator, get, clock } = await emulatorWithTenant();
  const foreign = await postToken(emulator, { scope: 'https://graph.microsoft.com/.default' });
  const { access_token: other } = (await foreign.json()) as { access_token: string };
  for (const authorization of ['', 'Bearer nonsense', `Bearer ${other}`]) {
    const refused = await get('/users', { authorization });
    expect([refused.status, await refused.json()], authorization).toMatchObject([
      401,
      {
        error: {
          code: 'InvalidAuthenticationToken',
          innerError: { 'request-id': expect.any(String) as string },
        },
      },
    ]);
  }
  await clock.advance(3_600_000);
  expect((await get('/users')).status).toBe(401);
});

it('answers 403 where the application permission is missing', async () => {
  const { get } = await emulatorWithTenant({}, ['User.Read.All']);
  expect((await get('/users/delta')).status).toBe(200);
  for (const path of ['/groups/delta', '/directory/deletedItems/microsoft.graph.group', '/organization']) {
    const refused = await get(path);
    expect([refused.status, await refused.json()], path).toMatchObject([
      403,
      { error: { code: 'Authorization_RequestDenied' } },
    ]);
  }
});

it('refuses by any number on request, as often as asked, in the words of the login host', async () => {
  const { emulator } = await emulatorWithTenant();
  const refuse = (code: number) =>
    emulator.addFault({ login: true, path: '/oauth2/v2.0/token', fault: { kind: 'loginRefused', code } });
  await refuse(7000112);
  expect(await codesOf(await postToken(emulator))).toEqual([400, 'unauthorized_client', 7000112]);
  await refuse(65001);
  const answer = await postToken(emulator);
  expect(answer.headers.get('date')).not.toBeNull();
  expect(await codesOf(answer)).toEqual([400, 'invalid_grant', 65001]);
  expect((await postToken(emulator)).status).toBe(200);
});

it('refuses a new secret for a while, as replicas do that do not know it yet, in the share asked for', async () => {
  const { emulator, clock } = await emulatorWithTenant();
  const until = new Date(clock.now() + 60_000).toISOString();
  const answersWith = async (refusedShare: number): Promise<readonly number[]> => {
    const secrets = [{ value: 'new', spreading: { until, refusedShare } }, { value: 'good' }];
    await emulator.setApp(tenantId, { clientId, roles: [], secrets });
    const asked = Array.from({ length: 20 }, () => postToken(emulator, { client_secret: 'new' }));
    return (await Promise.all(asked)).map(({ status }) => status);
  };
  expect(new Set(await answersWith(1))).toEqual(new Set([401]));
  expect(new Set(await answersWith(0.5))).toEqual(new Set([200, 401]));
  expect((await postToken(emulator, { client_secret: 'good' })).status).toBe(200);
  await clock.advance(60_000);
  expect(new Set(await answersWith(1))).toEqual(new Set([200]));
});
