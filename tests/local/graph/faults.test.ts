import { expect, it } from 'vitest';
import { emulatorWithTenant, round, tenantId, type Page } from './support/tenant.js';
import type { Fault } from '../../../local/graph/control-api.js';

async function withUsers() {
  const made = await emulatorWithTenant();
  await made.emulator.applyChanges(
    tenantId,
    Array.from({ length: 3 }, () => ({ kind: 'createUser' as const })),
  );
  const faulty = async (fault: Fault): Promise<Response> => {
    await made.emulator.addFault({ tenantId, path: '^/v1.0/users/delta', fault });
    return made.get('/users/delta');
  };
  const page = async (fault: Fault): Promise<Page> => (await (await faulty(fault)).json()) as Page;
  return { ...made, faulty, page };
}

it('answers with a status and a Retry-After of any form, or none', async () => {
  const { faulty } = await withUsers();
  const limited = await faulty({ kind: 'status', status: 429, retryAfter: 2.128 });
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '2.128']);
  const busy = await faulty({ kind: 'status', status: 503 });
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, null]);
});

it('cuts connections before or within the body', async () => {
  const { faulty } = await withUsers();
  await expect(faulty({ kind: 'cutConnection', at: 'start' })).rejects.toThrow('fetch failed');
  const broken = await faulty({ kind: 'cutConnection' });
  await expect(broken.text()).rejects.toThrow();
});

it('spoils pages in each way that a client must refuse', async () => {
  const { faulty, page } = await withUsers();
  await expect((await faulty({ kind: 'notJson' })).json()).rejects.toThrow();
  expect(await page({ kind: 'noValueList' })).not.toHaveProperty('value');
  const both = await page({ kind: 'bothLinks' });
  expect([both['@odata.nextLink'], both['@odata.deltaLink']]).not.toContain(undefined);
  const neither = await page({ kind: 'neitherLink' });
  expect([neither['@odata.nextLink'], neither['@odata.deltaLink']]).toEqual([undefined, undefined]);
  const nameless = await page({ kind: 'elementWithoutId' });
  expect(nameless.value.map((element) => 'id' in element)).toEqual([false, true, true, true]);
});

it('sends empty pages, repeated links and replays, and the round still ends whole', async () => {
  const { emulator, get } = await withUsers();
  await emulator.addFault({ path: '/delta', times: 30, fault: { kind: 'emptyPage' } });
  const first = await round(get, '/users/delta');
  expect([first.pages.length, first.elements.length]).toEqual([31, 3]);
  await emulator.addFault({ path: '/delta', fault: { kind: 'replay', objects: 2 } });
  const second = await round(get, first.deltaLink);
  expect(second.elements).toHaveLength(2);
  await emulator.addFault({ path: '/delta', times: null, fault: { kind: 'repeatedToken' } });
  const stuck = (await (await get(second.deltaLink)).json()) as Page;
  expect(stuck['@odata.nextLink']).toBe(second.deltaLink);
});

it('fires by count, after skipping, for its tenant only, and can be withdrawn', async () => {
  const { emulator, get } = await withUsers();
  const fault: Fault = { kind: 'status', status: 500 };
  await emulator.addFault({ tenantId: '99999999-0000-4000-8000-000000000000', times: null, fault });
  const id = await emulator.addFault({ skip: 1, times: null, fault });
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) statuses.push((await get('/users')).status);
  await emulator.clearFaults({ id });
  statuses.push((await get('/users')).status);
  expect(statuses).toEqual([200, 500, 500, 200]);
  expect((await emulator.requestCounts(tenantId)).byStatus).toEqual({ 200: 2, 500: 2 });
});

it('enforces resource units when asked to, and says how long to wait', async () => {
  const { emulator, get, clock } = await withUsers();
  await emulator.setThrottling(true);
  let limited: Response | undefined;
  for (let i = 0; i < 1800 && limited === undefined; i++) {
    const response = await get('/users');
    if (response.status === 429) limited = response;
  }
  expect(limited?.headers.get('x-ms-throttle-information')).toBe('ResourceUnitLimitExceeded');
  const wait = Number(limited?.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  await clock.advance(wait * 1000);
  expect((await get('/users')).headers.get('x-ms-resource-unit')).toBe('2');
  const { throttled, resourceUnits, byTemplate } = await emulator.requestCounts(tenantId);
  expect([throttled, resourceUnits, Object.keys(byTemplate)]).toEqual([
    1,
    expect.any(Number),
    ['GET /users'],
  ]);
});
