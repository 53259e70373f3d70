import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleRoles } from '../../../../local/graph/samples/well-known.js';
import { TABLES } from '../../../../shared/adapters/tables/tables.js';
import type { Disconnection } from '../../../../shared/core/disconnection.js';
import { unclaimed } from '../../../../shared/core/matching/record-claim.js';
import { RowConflict, Unavailable } from '../../../../shared/core/failures.js';
import { beginDisconnection } from '../../../../shared/use-cases/disconnect-tenant/begin-disconnection.js';
import { createResumeDisconnections } from '../../../../shared/use-cases/disconnect-tenant/resume-disconnections.js';
import { createTenantWalk } from '../../../../shared/use-cases/walk-tenants.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';
import { aTenant } from '../../../builders/tenant.js';
import { TENANT_ID } from '../../../histories/world.js';
import { group, userId, users } from '../sync-tenant/changes.js';
import { hostView, Scene, type SceneOptions } from '../sync-tenant/scene.js';

const SECOND = 1_000;
const DAY = 24 * 3_600 * SECOND;
const CONFIRMED = { confirm: 'Contoso', accepts: null };
const COMMON = [...users(30), ...group(1, [1, 2, 3].map(userId))];

let scene: Scene;
afterEach(() => scene.close());

async function open(options: SceneOptions = {}): Promise<void> {
  scene = await Scene.synced(COMMON, { subscribing: true, ...options });
}

async function begin(): Promise<void> {
  const outcome = await beginDisconnection(scene.world.host(hostView()).ports, TENANT_ID, CONFIRMED);
  expect(outcome.kind).toBe('accepted');
}

async function operation(): Promise<Disconnection> {
  const stored = await scene.world.stores.disconnections.get(TENANT_ID);
  if (stored === null) throw new Error('There is no operation.');
  return stored.value;
}

/** Tables in which the tenant's id stands, other than that of the operation. */
function tablesNamingIt(): string[] {
  return TABLES.filter((table) => JSON.stringify(scene.world.tables.rows(table)).includes(TENANT_ID)).filter(
    (table) => table !== 'Disconnections',
  );
}

describe('the removal of a tenant', () => {
  it('takes everything of it away, counts it, and says when its secret is purged', async () => {
    await open();
    await begin();
    await scene.settle();
    expect(await operation()).toMatchObject({
      status: 'Succeeded',
      removed: { Users: 30, Groups: 1, Memberships: 3, MemberOf: 3, Subscriptions: 2, Tenants: 1 },
      subscriptionsEnded: 2,
      secret: { state: 'deleted', scheduledPurgeDate: '2030-01-01T00:00:00.000Z' },
      warnings: [],
      error: null,
    });
    expect(tablesNamingIt()).toEqual([]);
    expect(await scene.world.emulator.subscriptions(TENANT_ID)).toEqual([]);
    expect(scene.world.queue.size).toBe(0);
  });

  it('leaves no claim on a record of its organizations, and those of other tenants as they are', async () => {
    await open();
    const { recordClaims, tenants } = scene.world.stores;
    const organizationId = 'org-1';
    const stored = await tenants.get(TENANT_ID);
    if (stored === null) throw new Error('There is no tenant.');
    await tenants.save({ ...stored.value, organizationIds: [organizationId] }, stored.tag);
    const ours = { tenantId: TENANT_ID, setupId: 'desk' };
    const theirs = { tenantId: '22222222-2222-4222-8222-222222222222', setupId: 'desk' };
    const fence = { ...(await scene.scope()), assertHeld: () => undefined };
    await recordClaims.insert(fence, organizationId, [
      { ...unclaimed('r1'), holder: ours },
      { ...unclaimed('r2'), holder: theirs, waiting: [ours] },
    ]);
    await begin();
    await scene.settle();
    expect((await operation()).status).toBe('Succeeded');
    const left = await recordClaims.read(organizationId, ['r1', 'r2']);
    expect([...left.values()].map(({ claim }) => claim)).toEqual([{ ...unclaimed('r2'), holder: theirs }]);
  });

  it('leaves no claim on a record of an organization that only a setup names any more', async () => {
    await open();
    const { recordClaims, setups, matchingStates } = scene.world.stores;
    const setup = aSetup({
      tenantId: TENANT_ID,
      document: aSetupDocument({ organizationId: 'org-of-setup' }),
    });
    const { setupId } = setup;
    await setups.insert(setup);
    const fence = { ...(await scene.scope()), assertHeld: () => undefined };
    const state = await matchingStates.get(TENANT_ID, setupId);
    await matchingStates.save(fence, { ...state, organizationId: 'org-before' });
    const organizations = ['org-of-setup', 'org-before'];
    const holder = { tenantId: TENANT_ID, setupId };
    for (const id of organizations) await recordClaims.insert(fence, id, [{ ...unclaimed('r1'), holder }]);
    let isStopped = false;
    scene.beforeTable = ({ table, writes }) => {
      if (isStopped || !writes || table !== 'RecordClaims') return;
      isStopped = true;
      throw new Unavailable('The test stopped it', null);
    };
    await begin();
    await scene.settle();
    expect([isStopped, (await operation()).status]).toEqual([true, 'Succeeded']);
    for (const id of organizations) expect(await recordClaims.read(id, ['r1'])).toEqual(new Map());
  });

  it('reports each stage that it enters, and none once it has ended', async () => {
    await open();
    const stages: (string | null)[] = [];
    scene.afterTable = async ({ table, kind }) => {
      if (table !== 'Disconnections' || (kind !== 'insert' && kind !== 'update')) return;
      const { stage } = await operation();
      if (stage !== stages.at(-1)) stages.push(stage);
    };
    await begin();
    await scene.settle();
    expect(stages).toEqual([
      'queued',
      ...['endingSubscriptions', 'removingRows', 'waiting'],
      ...['endingSubscriptions', 'removingRows', 'removingSecrets', 'removingTenant', 'proving'],
      null,
    ]);
  });

  it('reports until when it waits, while it waits', async () => {
    await open();
    await begin();
    await scene.settle(60 * SECOND);
    const { stage, startedAt, waitsUntil } = await operation();
    expect(stage).toBe('waiting');
    expect(Date.parse(waitsUntil ?? '') - Date.parse(startedAt)).toBe(70 * SECOND);
    await scene.settle();
    expect(await operation()).toMatchObject({ stage: null, waitsUntil: null });
  });

  it('waits until everything has ended that was let in before', async () => {
    await open();
    await begin();
    const begunAt = scene.world.clock.now();
    await scene.settle(60 * SECOND);
    expect(await operation()).toMatchObject({ status: 'Running', removed: { Users: 30 } });
    expect((await scene.tenant()).state.kind).toBe('disconnecting');
    await scene.settle();
    expect(Date.parse((await operation()).endedAt ?? '') - begunAt).toBeGreaterThanOrEqual(70 * SECOND);
  });

  it('goes on in another job where there is more than a budget allows', async () => {
    await open({ settings: { jobBudgetMs: 5 * SECOND } });
    await begin();
    scene.beforeTable = ({ kind }) => (kind === 'transact' ? scene.world.clock.advance(SECOND) : undefined);
    await scene.settle();
    expect(await operation()).toMatchObject({ status: 'Succeeded', removed: { Users: 30 } });
    const jobs = scene.jobs.filter(({ job }) => job.kind === 'disconnect');
    expect(jobs.length).toBeGreaterThan(2);
    expect(new Set(jobs.map(({ job }) => job.attempt))).toEqual(new Set([0]));
  });

  it('stops the sync that is under way at its next page', async () => {
    scene = await Scene.open(COMMON);
    let begun = false;
    scene.beforeGraph(/users\/delta/, 3, async () => {
      begun = true;
      await begin();
    });
    await scene.sync({ jobs: ['users'] }).catch(() => undefined);
    expect(begun).toBe(true);
    await scene.settle();
    expect(scene.graphRequestsTo(/users\/delta/).length).toBeLessThan(12);
    expect((await operation()).status).toBe('Succeeded');
    expect(tablesNamingIt()).toEqual([]);
  });

  it('of one that nobody ever let in finds no secret and no subscription', async () => {
    scene = await Scene.open([]);
    const { stores } = scene.world;
    const stored = (await stores.tenants.get(TENANT_ID))!;
    scene.world.secrets.live.clear();
    const state = { kind: 'awaitingConsent', since: '2026-01-01T00:00:00.000Z' } as const;
    await stores.tenants.save({ ...stored.value, credential: null, state }, stored.tag);
    await begin();
    await scene.settle();
    expect(await operation()).toMatchObject({
      status: 'Succeeded',
      subscriptionsEnded: 0,
      secret: { state: 'none', scheduledPurgeDate: null },
      warnings: [],
    });
  });

  it('takes along secrets that its row does not name, as a stop in a change may leave them', async () => {
    await open();
    scene.world.secrets.live.set('left-behind', TENANT_ID);
    scene.world.secrets.live.set('of-somebody-else', 'else');
    await begin();
    await scene.settle();
    expect([...scene.world.secrets.live.keys()]).toEqual(['of-somebody-else']);
  });
});

describe('what Graph refuses', () => {
  beforeEach(() => open());

  it('because the consent is withdrawn is noted and stops nothing', async () => {
    const [app] = (await scene.world.emulator.listTenants())[0]?.apps ?? [];
    await scene.world.emulator.setApp(TENANT_ID, { ...app!, roles: [] });
    await scene.world.emulator.addFault({
      tenantId: TENANT_ID,
      path: '/subscriptions',
      times: null,
      fault: { kind: 'status', status: 403 },
    });
    await begin();
    await scene.settle();
    const { status, subscriptionsEnded, warnings } = await operation();
    expect([status, subscriptionsEnded]).toEqual(['Succeeded', 0]);
    expect(warnings).toMatchObject([{ code: 'SubscriptionsNotEnded' }]);
    expect(warnings[0]?.message).toMatch(/refused us.*end by themselves by 20/);
    expect(tablesNamingIt()).toEqual([]);
  });

  it('because the credential is refused is noted and stops nothing', async () => {
    const [app] = (await scene.world.emulator.listTenants())[0]?.apps ?? [];
    await scene.world.emulator.setApp(TENANT_ID, {
      ...app!,
      secrets: [{ value: 'another' }],
      roles: sampleRoles,
    });
    await scene.world.emulator.addFault({
      tenantId: TENANT_ID,
      path: '/subscriptions',
      times: null,
      fault: { kind: 'status', status: 401, code: 'InvalidAuthenticationToken' },
    });
    await begin();
    await scene.settle();
    expect(await operation()).toMatchObject({
      status: 'Succeeded',
      warnings: [{ code: 'SubscriptionsNotEnded' }],
    });
  });

  it.each([429, 503])('in passing (%s) is asked again, and ended then', async (status) => {
    const fault = { kind: 'status', status, retryAfter: 3 } as const;
    await scene.world.emulator.addFault({ tenantId: TENANT_ID, path: '/subscriptions', times: 8, fault });
    await begin();
    await scene.settle();
    expect(await operation()).toMatchObject({ status: 'Succeeded', subscriptionsEnded: 2, warnings: [] });
  });

  it('for ever is asked a bounded number of times, then noted', async () => {
    const fault = { kind: 'status', status: 503 } as const;
    await scene.world.emulator.addFault({ tenantId: TENANT_ID, path: '/subscriptions', times: null, fault });
    scene.forget();
    await begin();
    await scene.settle();
    expect(await operation()).toMatchObject({
      status: 'Succeeded',
      subscriptionsEnded: 0,
      warnings: [{ code: 'SubscriptionsNotEnded' }],
    });
    expect(scene.graphRequestsTo(/subscriptions/).length).toBeLessThan(30);
  });
});

describe('a removal that meets trouble', () => {
  beforeEach(() => open());

  it('waits for a vault that is away, fails after ten tries, and goes on when it is asked for again', async () => {
    const { secrets } = scene.world;
    const remove = secrets.remove.bind(secrets);
    secrets.remove = () => Promise.reject(new Unavailable('The vault is away.'));
    await begin();
    await scene.settle();
    const failed = await operation();
    expect(failed).toMatchObject({ status: 'Failed', error: { code: 'NotRemoved' }, removed: { Users: 30 } });
    expect(failed.stage).toBe('removingSecrets');
    expect(failed.error?.message).toContain('The vault is away.');
    expect((await scene.tenant()).state.kind).toBe('disconnecting');

    secrets.remove = remove;
    await begin();
    expect(await operation()).toMatchObject({ status: 'Running', error: null, removed: { Users: 30 } });
    await scene.settle();
    expect(await operation()).toMatchObject({ status: 'Succeeded', startedAt: failed.startedAt });
    expect(tablesNamingIt()).toEqual([]);
  });

  it('is woken by the timer where its message was lost', async () => {
    scene.world.queue.failNextSend('before');
    await begin();
    await scene.settle();
    expect((await operation()).status).toBe('Running');
    await scene.world.host(hostView()).resumeDisconnections();
    await scene.settle();
    expect((await operation()).status).toBe('Succeeded');
  });

  it('says nothing of success while a row is left', async () => {
    await begin();
    const { tenantRows } = scene.world.stores;
    const late = { tenantId: null, id: 'late', kind: 'job', reason: TENANT_ID, body: '{}' } as const;
    let left = 2;
    scene.afterTable = async ({ table, kind }) => {
      if (table !== 'Leases' || kind !== 'delete' || left-- <= 0) return;
      await scene.world.stores.deadLetters.put({ ...late, messageId: null, setAsideAt: 't' });
    };
    await scene.settle();
    expect(left).toBeLessThanOrEqual(0);
    expect((await operation()).status).toBe('Succeeded');
    expect(await tenantRows.left(TENANT_ID)).toEqual({});
  });

  it('drops jobs of the tenant that come after its end, without a letter', async () => {
    await begin();
    await scene.settle();
    for (const kind of ['continue', 'disconnect', 'subscriptions'])
      scene.world.queue.put(`late:${kind}`, TENANT_ID, {
        version: 1,
        kind,
        tenantId: TENANT_ID,
        attempt: 0,
        reason: 'late',
      });
    await scene.settle();
    expect(await scene.deadLetters()).toEqual([]);
    expect(tablesNamingIt()).toEqual([]);
  });
});

describe('the same tenant, connected again', () => {
  it('is refused until the removal has ended, and then begins from nothing', async () => {
    await open();
    await begin();
    const { stores } = scene.world;
    const anew = aTenant({ tenantId: TENANT_ID });
    await expect(stores.tenants.create(anew)).rejects.toBeInstanceOf(RowConflict);
    await scene.settle();
    const before = await operation();
    await stores.tenants.create(anew);
    scene.world.queue.put('late', TENANT_ID, {
      version: 1,
      kind: 'disconnect',
      tenantId: TENANT_ID,
      attempt: 0,
    });
    await scene.settle();
    expect((await scene.tenant()).state.kind).toBe('running');
    expect(await operation()).toEqual(before);
  });
});

describe('the timer', () => {
  it('forgets an operation 30 days after its end', async () => {
    await open();
    await begin();
    await scene.settle();
    const { ports } = scene.world.host(hostView());
    const resume = createResumeDisconnections({ ...ports, walkTenants: createTenantWalk(ports) });
    await scene.world.clock.advance(29 * DAY);
    await resume();
    expect((await operation()).status).toBe('Succeeded');
    await scene.world.clock.advance(DAY);
    await resume();
    expect(await scene.world.stores.disconnections.get(TENANT_ID)).toBeNull();
    expect(scene.world.queue.size).toBe(0);
  });
});
