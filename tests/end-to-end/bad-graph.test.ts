import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunView } from '../../local/commands/product-api.js';
import type { Fault, TokenExpiry } from '../../local/graph/control-api.js';
import { sampleRoles } from '../../local/graph/samples/well-known.js';
import { patience, Road, type DeadLetterView } from './road.js';
import { groupId, move, smallDirectory, userId } from './small-directory.js';

const users = 9;

let road: Road;
/** Reached by no notification, so that each read here is that of a run which a test asked for. */
let tenantId: string;

beforeAll(async () => {
  const settings = { deltaPageSize: 4 };
  road = await Road.open({ graph: { kind: 'emulator', settings } });
  tenantId = await road.running({ changes: smallDirectory(users) });
  await road.control.setNotificationFaults(tenantId, { drop: 1 });
  await road.runsDry([tenantId]);
});
afterEach(async () => {
  await road.control.clearFaults();
});
afterAll(async () => {
  await road.close();
});

async function letters(tenant = tenantId): Promise<DeadLetterView[]> {
  return (await road.deadLetters()).filter((letter) => letter.tenantId === tenant);
}

async function fired(): Promise<number> {
  return (await road.control.listFaults()).reduce((sum, fault) => sum + fault.fired, 0);
}

function expectSucceeded(run: RunView): void {
  expect(run, JSON.stringify(run.error)).toMatchObject({ status: 'Succeeded' });
}

describe('a page that is no page', () => {
  const spoilt: readonly (readonly [Fault['kind'], Fault, RegExp])[] = [
    ['notJson', { kind: 'notJson' }, /JSON/],
    ['noValueList', { kind: 'noValueList' }, /value/],
    ['bothLinks', { kind: 'bothLinks' }, /both/i],
    ['neitherLink', { kind: 'neitherLink' }, /neither|no.*link/i],
  ];

  it.each(spoilt)('(%s) is asked three times, then fails the run and changes nothing', async (...given) => {
    const [kind, fault, problem] = given;
    // Two pages of changes: the first is good, and read again with the second, before anything is applied.
    const changes = Array.from({ length: 6 }, (_, n) => move(n, `Department ${kind}`));
    await road.control.applyChanges(tenantId, changes);
    await road.control.addFault({ tenantId, path: '/users/delta', skip: 1, times: null, fault });
    const run = await road.run(tenantId);
    expect(run).toMatchObject({ status: 'Failed', error: { code: 'BadPage' } });
    expect(run.error?.message).toContain(`${road.stack.addresses.graphUrl}/v1.0/users/delta`);
    expect(run.error?.message).toMatch(problem);
    expect(await fired()).toBe(3);
    expect(await road.differences(tenantId)).toHaveLength(6);

    await road.control.clearFaults({ tenantId });
    const [letter] = await letters();
    expect(letter).toMatchObject({ kind: 'job', reason: run.error?.message });
    const discard = await road.ask('POST', `/api/v1/dead-letters/${String(letter?.id)}/discard`);
    expect(discard.status).toBe(204);
    const next = await road.run(tenantId);
    expectSucceeded(next);
    expect(next.counts['users']).toMatchObject({ created: 0, updated: 6 });
    expect(await road.differences(tenantId)).toEqual([]);
  });
});

describe('an element without a usable id', () => {
  it('is set aside with a warning on the run, and the rest of its page is applied', async () => {
    await road.control.applyChanges(tenantId, [move(1, 'Beside a broken one')]);
    await road.control.addFault({ tenantId, path: '/users/delta', fault: { kind: 'elementWithoutId' } });
    const run = await road.run(tenantId);
    expectSucceeded(run);
    // The run that met it: a job that somebody else asked for meanwhile may have been the one to read the page, whose
    // run is left when that job ends.
    await vi.waitFor(async () => {
      const runs = await road.api.runs(tenantId);
      const warnings = runs.flatMap((one) => one.warnings);
      expect(warnings, JSON.stringify(runs)).toMatchObject([{ code: 'UnusableElement', count: 1 }]);
    }, patience);
    expect(await road.differences(tenantId)).toEqual([]);
    const [letter] = await letters();
    expect(letter).toMatchObject({ kind: 'element' });
    expect(letter?.body).toContain('department');
    expect(letter?.body).not.toContain('Beside a broken one');
    const path = `/api/v1/dead-letters/${String(letter?.id)}`;
    expect(await road.ask('POST', `${path}/replay`)).toMatchObject({ status: 409 });
    expect(await road.ask('POST', `${path}/discard`)).toMatchObject({ status: 204 });
  });
});

describe('expired cursors', () => {
  const answers = ['badRequest', 'gone', 'goneWithLocation'] as const;
  const shapes: readonly (readonly [string, TokenExpiry])[] = [
    ...answers.flatMap((answer) => [
      [answer, { answer }] as const,
      [`${answer}, nested`, { answer, nested: true }] as const,
    ]),
    ['another case of the code', { answer: 'badRequest', code: 'SYNCSTATENOTFOUND' }],
    ['another code of 410', { answer: 'gone', code: 'resyncRequired' }],
    ['delta and page tokens', { tokens: 'both', answer: 'gone' }],
  ];

  it.each(shapes)('(%s) lead to a full round of both resources', async (what, expiry) => {
    await road.control.applyChanges(tenantId, [
      move(2, what),
      { kind: 'updateGroup', id: groupId(1), attributes: { displayName: what } },
      { kind: 'hardDeleteUser', id: userId(8) },
      { kind: 'createUser', id: userId(8), attributes: { displayName: 'Back' } },
    ]);
    await road.control.expireTokens(tenantId, expiry);
    const run = await road.run(tenantId);
    expectSucceeded(run);
    expect(run.progress['users']?.objects).toBeGreaterThanOrEqual(users);
    expect(run.progress['groups']?.objects).toBeGreaterThanOrEqual(3);
    expect(await road.differences(tenantId)).toEqual([]);
  });
});

describe('throttling', () => {
  it('is obeyed to the fraction of a second that Graph names', async () => {
    await road.control.applyChanges(tenantId, [move(3, 'Patient'), move(4, 'Patient')]);
    const fault = { kind: 'status', status: 429, retryAfter: 1.75 } as const;
    await road.control.addFault({ tenantId, path: '/delta', times: 3, fault });
    await road.control.resetCounts(tenantId);
    const { id } = await road.start(tenantId);
    const firedAt: number[] = [];
    await vi.waitFor(
      async () => {
        const count = await fired();
        while (firedAt.length < count) firedAt.push(performance.now());
        expect(count).toBe(3);
      },
      { timeout: 30_000, interval: 15 },
    );
    // The one is seen up to one look late; asked after a whole second, or at once, it would be far earlier.
    for (let n = 1; n < firedAt.length; n += 1)
      expect(firedAt[n]! - firedAt[n - 1]!).toBeGreaterThan(1_750 - 350);
    expectSucceeded(await road.ended(tenantId, id));
    expect(await road.differences(tenantId)).toEqual([]);
    expect((await road.control.requestCounts(tenantId)).throttled).toBe(3);
  });
});

describe('a permission that is taken away', () => {
  it('parks the tenant with reason and fix, removes nothing, and a run after mending brings it back', async () => {
    const tenant = await road.running({ changes: smallDirectory(5) });
    await road.runsDry([tenant]);
    const { apps = [] } = (await road.control.listTenants()).find(({ tenantId: id }) => id === tenant) ?? {};
    const app = apps[0]!;
    await road.control.setApp(tenant, { ...app, roles: [] });
    const changes = [move(1, 'Unseen'), { kind: 'softDeleteUser', id: userId(2) } as const];
    await road.control.applyChanges(tenant, changes);
    const view = () => road.ask('GET', `/api/v1/tenants/${tenant}`);
    await vi.waitFor(async () => {
      expect(await view()).toMatchObject({ body: { state: 'parked' } });
    }, patience);
    const { stateReason, nextStep } = (await view()).body as { stateReason: string; nextStep: string };
    expect(stateReason).toMatch(/403|privilege|permission/i);
    expect(nextStep).toMatch(/User\.Read\.All/);
    const run = await road.run(tenant);
    expect(run).toMatchObject({ status: 'Failed', error: { code: 'TenantParked' } });
    expect(await road.api.all(`/api/v1/tenants/${tenant}/users`)).toHaveLength(5);
    expect(await road.differences(tenant)).toHaveLength(await expectedDifferences(tenant));

    await road.control.setApp(tenant, { ...app, roles: sampleRoles });
    expectSucceeded(await road.run(tenant));
    expect(await view()).toMatchObject({ body: { state: 'running' } });
    await road.becomesEqual(tenant);
    await road.control.applyChanges(tenant, [move(3, 'Seen again')]);
    await road.becomesEqual(tenant);
  });
});

/** One department, one user too many and not among the deleted, its memberships, and the counts they are in. */
async function expectedDifferences(tenant: string): Promise<number> {
  const { memberships } = await road.control.truth(tenant);
  const ended = memberships.filter(({ memberId }) => memberId === userId(2)).length;
  return 1 + 2 + ended + 1;
}
