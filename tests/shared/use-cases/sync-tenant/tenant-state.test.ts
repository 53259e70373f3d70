import { afterEach, describe, expect, it } from 'vitest';
import type { GraphControl } from '../../../../local/graph/control-api.js';
import type { ConsentApp } from '../../../../shared/core/bundle.js';
import { TENANT_ID } from '../../../histories/world.js';
import { group, move, userId, users } from './changes.js';
import { listSecrets } from '../../../../shared/use-cases/list-secrets.js';
import { hostView, Scene } from './scene.js';

describe('a tenant', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('tells its first sync after an outage at once, though another was told a moment before', async () => {
    scene = await Scene.synced(users(3));
    const stored = await scene.world.stores.tenants.get(TENANT_ID);
    const told = Date.parse(stored?.value.lastSyncedAt ?? '');
    const at = (after: number): string => new Date(told + after).toISOString();
    const lastOutage = { parkedAt: at(0), triedAt: null, backAt: at(1_000), reason: 'Refused.' };
    await scene.world.stores.tenants.save({ ...stored!.value, lastOutage }, stored!.tag);
    await scene.world.clock.advance(2_000);
    await scene.change(move(0, 'Research'));
    await scene.sync();
    expect(Date.parse((await scene.tenant()).lastSyncedAt ?? '')).toBeGreaterThan(told + 1_000);
  });

  const refusals: [string, number, (control: GraphControl) => Promise<unknown>, RegExp][] = [
    [
      'a consent that was withdrawn (403)',
      3,
      (control) => control.addFault({ path: '/delta', times: null, fault: { kind: 'status', status: 403 } }),
      /Grant the application/,
    ],
    [
      'tokens that are refused (401)',
      3,
      (control) => control.addFault({ path: '/delta', times: null, fault: { kind: 'status', status: 401 } }),
      /Grant the application/,
    ],
    [
      // A new secret is refused by some replicas for up to a minute.
      'a wrong secret',
      6,
      async (control) => {
        const [app] = (await control.listTenants())[0]?.apps ?? [];
        if (app !== undefined) await control.setApp(TENANT_ID, { ...app, secrets: [{ value: 'rotated' }] });
        // The token at hand is refused as well, so that a fresh one is asked for.
        await control.addFault({ path: '/delta', times: null, fault: { kind: 'status', status: 401 } });
      },
      /Enter the value of the secret.* It goes on at once after that/,
    ],
  ];

  it.each(refusals)(
    'is parked by %s that lasts, with the reason and the one thing to do',
    async (...given) => {
      const [, tries, refuse, fix] = given;
      scene = await Scene.synced([...users(3), ...group(0)]);
      await refuse(scene.world.emulator);
      await scene.change(move(0, 'Research'));
      const run = await scene.sync();
      expect(scene.jobs.map(({ job }) => job.attempt)).toEqual(Array.from({ length: tries }, (_, n) => n));
      const { state } = await scene.tenant();
      expect(state).toMatchObject({ kind: 'parked', before: 'running' });
      if (state.kind !== 'parked') return;
      expect(state.fix).toMatch(fix);
      expect(run).toMatchObject({ status: 'Failed', error: { code: 'TenantParked' } });
      expect(run.error?.message).toBe(`${state.reason} ${state.fix}`);
      const wanted = await scene.world.stores.syncStates.wants(TENANT_ID);
      expect(wanted.map(({ resource }) => resource).sort()).toEqual(['groups', 'users']);
      await scene.expectNothingAsked();
    },
  );

  it('whose credential was replaced while the old one was refused is parked only by the new one', async () => {
    scene = await Scene.synced([...users(3), ...group(0)]);
    await scene.world.emulator.addFault({
      ...{ path: '/users/delta', times: null, fault: { kind: 'status', status: 401 } },
    });
    await scene.change(move(0, 'Research'));
    const { tenants } = scene.world.stores;
    // The third try, which would park it; each asks twice, the second time with a fresh token.
    scene.beforeGraph(/users.delta/, 5, async () => {
      const { value, tag } = (await tenants.get(TENANT_ID))!;
      const credential = { ...value.credential!, secretVersion: 'version-2' };
      await tenants.save({ ...value, credential }, tag);
    });
    await scene.sync();
    expect(scene.jobs.map(({ job }) => job.attempt)).toEqual([0, 1, 2, 0, 1, 2]);
    expect((await scene.tenant()).state.kind).toBe('parked');
  });

  describe('whose consent application is not served any more', () => {
    const gone = { bundle: 'directory', clientId: 'gone', grantedAt: '2026-05-01T00:00:00.000Z' } as const;
    const unserved = async (): Promise<void> => {
      const { tenants } = scene.world.stores;
      const { value, tag } = (await tenants.get(TENANT_ID))!;
      await tenants.save({ ...value, credential: null, consents: [gone] }, tag);
    };

    it('is parked with that reason, its run fails, and its wants stay', async () => {
      scene = await Scene.synced([...users(3), ...group(0)]);
      await unserved();
      const run = await scene.sync();
      const { state } = await scene.tenant();
      expect(state).toMatchObject({
        ...{ kind: 'parked', before: 'running' },
        reason: 'The consent application that was consented to is not served here any more.',
        fix: 'Send the administrator a new consent link (POST consent).',
      });
      expect(run).toMatchObject({ status: 'Failed', error: { code: 'TenantParked' } });
      expect(await scene.world.stores.runs.active(TENANT_ID)).toEqual([]);
      expect(await scene.world.stores.syncStates.wants(TENANT_ID)).toHaveLength(2);
      expect(scene.jobs).toHaveLength(1);
      expect(scene.graph).toEqual([]);
      await scene.expectNothingAsked();
    });

    it('stays parked when a run is asked for, which fails too', async () => {
      scene = await Scene.open(users(1));
      await unserved();
      await scene.sync();
      expect((await scene.sync()).status).toBe('Failed');
      expect((await scene.tenant()).state).toMatchObject({ kind: 'parked', before: 'connected' });
    });
  });

  it("is told that the operator is to mend it where the operator's own application cannot log in", async () => {
    const consentApps: ConsentApp[] = [];
    scene = await Scene.synced(users(3), { settings: { consentApps } });
    const { tenants } = scene.world.stores;
    const { value, tag } = (await tenants.get(TENANT_ID))!;
    const { clientId, secretName } = value.credential!;
    consentApps.push({ bundle: 'directory', clientId, secretName, cloud: null });
    const consents = [{ bundle: 'directory', clientId, grantedAt: '2026-05-01T00:00:00.000Z' }] as const;
    await tenants.save({ ...value, credential: null, consents }, tag);
    await refusals[2]?.[2](scene.world.emulator);
    expect((await scene.sync()).error?.code).toBe('TenantParked');
    expect((await scene.tenant()).state).toMatchObject({
      ...{ kind: 'parked', reason: "The operator's own application cannot log in (AADSTS7000215)." },
      fix: 'Nothing for you to do: the operator has been told.',
    });
    expect(scene.world.lines.join('\n')).toContain("The operator's own consent application cannot log in");
  });

  it('that is refused in passing is not parked', async () => {
    scene = await Scene.synced(users(3));
    await scene.world.emulator.addFault({
      path: '/users/delta',
      times: 2,
      fault: { kind: 'status', status: 403 },
    });
    expect((await scene.sync()).status).toBe('Succeeded');
    expect((await scene.tenant()).state.kind).toBe('running');
  });

  it('that is parked runs again after a manual run that succeeds, and nothing was missed', async () => {
    scene = await Scene.synced([...users(3), ...group(0, [userId(0)])]);
    await scene.world.emulator.addFault({
      path: '/delta',
      times: null,
      fault: { kind: 'status', status: 403 },
    });
    await scene.sync();
    await scene.change(move(1, 'Research'));
    expect((await scene.sync()).status).toBe('Failed');
    expect((await scene.tenant()).state.kind).toBe('parked');
    await scene.world.emulator.clearFaults();
    expect((await scene.sync()).status).toBe('Succeeded');
    expect((await scene.tenant()).state.kind).toBe('running');
    expect((await scene.tenant()).lastOutage?.backAt).toEqual(expect.any(String));
    expect(scene.world.lines.join('\n')).toContain('A tenant is back online');
    await scene.expectMirrored();
  });

  describe('that is let in and parked again before it was synced', () => {
    const told = (message: string): string[] =>
      scene.world.lines.filter((line) => line.includes(` ${message} {`));
    const refuse = (): Promise<unknown> =>
      scene.world.emulator.addFault({ path: '/delta', times: null, fault: { kind: 'status', status: 403 } });
    let tries = 0;
    const letIn = async (): Promise<void> => {
      await scene.world.emulator.clearFaults();
      const job = { version: 1, tenantId: TENANT_ID, attempt: 0, kind: 'retryParked' };
      scene.world.queue.put(`retry:${(tries += 1)}`, TENANT_ID, job);
      await scene.handle(hostView(), (await scene.receive())!);
      expect((await scene.tenant()).state.kind).toBe('running');
    };
    const parked = async (): Promise<void> => {
      expect((await scene.tenant()).state.kind).toBe('parked');
    };

    it('is told as parked once and as back once, since it is one outage', async () => {
      scene = await Scene.synced(users(3));
      await refuse();
      await scene.sync();
      await parked();
      const { parkedAt } = (await scene.tenant()).lastOutage!;
      for (let flaps = 0; flaps < 3; flaps += 1) {
        await scene.world.clock.advance(600_000);
        await letIn();
        await refuse();
        await scene.settle();
        await parked();
      }
      expect(
        [told('A tenant was parked'), told('A tenant is back online')].map((lines) => lines.length),
      ).toEqual([1, 0]);
      await scene.world.clock.advance(600_000);
      await letIn();
      await scene.settle();
      await scene.sync();
      const [back, ...more] = told('A tenant is back online');
      expect(more).toEqual([]);
      const { lastOutage } = await scene.tenant();
      expect(lastOutage?.parkedAt).toBe(parkedAt);
      const minutes = Math.round((Date.parse(lastOutage!.backAt!) - Date.parse(parkedAt)) / 60_000);
      expect(minutes).toBeGreaterThanOrEqual(40);
      expect(back).toContain(`"minutes":${minutes}`);
      expect(told('A tenant was parked')).toHaveLength(1);
    });

    it('is told anew where it was synced in between', async () => {
      scene = await Scene.synced(users(3));
      for (let outages = 1; outages <= 2; outages += 1) {
        await refuse();
        await scene.sync();
        await parked();
        await letIn();
        await scene.settle();
        expect(told('A tenant was parked')).toHaveLength(outages);
        expect(told('A tenant is back online')).toHaveLength(outages);
        await scene.world.clock.advance(600_000);
      }
    });
  });

  it('whose secret has expired has it listed as that, though nobody named a date', async () => {
    scene = await Scene.synced(users(3));
    const [app] = (await scene.world.emulator.listTenants())[0]?.apps ?? [];
    const secrets = [{ value: 'good', expiresAt: '2000-01-01T00:00:00Z' }];
    await scene.world.emulator.setApp(TENANT_ID, { ...app!, secrets });
    await scene.world.emulator.addFault({
      ...{ path: '/delta', times: null, fault: { kind: 'status', status: 401 } },
    });
    const refusedFrom = scene.world.clock.now();
    await scene.sync();
    const { state } = await scene.tenant();
    expect(state).toMatchObject({ kind: 'parked', reason: expect.stringContaining('7000222') as string });
    const { ports } = scene.world.host(hostView());
    const listed = await listSecrets(ports, { after: null, limit: 10, state: 'expired' }, 'all');
    const [expired] = await scene.issues().then((all) => all.filter(({ code }) => code === 'secretExpired'));
    expect(expired?.since).toBe(new Date(refusedFrom).toISOString());
    expect(listed.rows).toMatchObject([
      { tenantId: TENANT_ID, displayName: 'Contoso', expiresOn: expired?.since, state: 'expired' },
    ]);
    await scene.world.clock.advance(60_000);
    await scene.world.emulator.setApp(TENANT_ID, { ...app!, secrets: [{ value: 'good' }] });
    await scene.world.emulator.clearFaults();
    expect((await scene.sync()).status).toBe('Succeeded');
    expect((await scene.tenant()).state.kind).toBe('running');
    const since = await listSecrets(ports, { after: null, limit: 10, state: null }, 'all');
    expect(since.rows).toMatchObject([{ tenantId: TENANT_ID, state: 'unknown', refusedAt: null }]);
  });

  it('that is paused stops at the next page, and goes on where it was', async () => {
    scene = await Scene.open([...users(13), ...group(0, [userId(0)])]);
    const { runId } = await scene.requestRun();
    scene.beforeGraph(/users.delta/, 4, () => scene.pause(true));
    await scene.settle();
    const pages = scene.graphRequestsTo(/users.delta/).length;
    expect(pages).toBeLessThan(7);
    expect((await scene.run(runId)).status).toBe('Running');
    expect(scene.world.tables.rows('Leases')[0]?.columns['owner']).toBe('');
    const { round } = await scene.state('users');
    expect(round?.pages).toBeGreaterThan(0);
    await scene.expectNothingAsked();
    scene.forget();
    await scene.pause(false);
    await scene.settle();
    expect((await scene.run(runId)).status).toBe('Succeeded');
    expect(scene.graphRequestsTo(/users.delta\?\$select/)).toEqual([]);
    await scene.expectMirrored();
  });
});
