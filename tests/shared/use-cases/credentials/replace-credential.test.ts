import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  AccessRefused,
  BadPage,
  CredentialRefused,
  RequestRefused,
  Throttled,
  Unavailable,
} from '../../../../shared/core/failures.js';
import { issuesOf } from '../../../../shared/core/issues/issues-of.js';
import { replaceCredential } from '../../../../shared/use-cases/credentials/replace-credential.js';
import { createRetireSecrets } from '../../../../shared/use-cases/credentials/retire-secrets.js';
import { createTrackSecrets } from '../../../../shared/use-cases/credentials/track-secrets.js';
import { credentialReference, healthOf } from '../../../builders/tenant.js';
import { CLIENT, CredentialScene, given, MINUTE, OUTAGE, PARKED, TENANT } from './credential-scene.js';

let scene: CredentialScene;

beforeEach(() => {
  scene = new CredentialScene();
});

const replace = (value: string, over: Parameters<typeof given>[1] = {}, on = scene) =>
  replaceCredential(on.ports, TENANT, given(value, over), null);

const issues = async (): Promise<string[]> =>
  issuesOf(await scene.tenant(), scene.now).map(({ code }) => code);

describe('a candidate that works', () => {
  it('becomes a new version under the same name, which the tenant names from then on', async () => {
    await scene.connected();
    scene.good.add('second');
    const expiresOn = '2027-05-04T00:00:00.000Z';
    const secretId = '44444444-4444-4444-8444-444444444444';
    const outcome = await replace(' second\n', { expiresOn, secretId });
    expect(outcome).toMatchObject({ kind: 'replaced', trimmed: true });
    expect((await scene.tenant()).credential).toEqual({
      kind: 'clientSecret',
      ...{ clientId: CLIENT, secretId, expiresOn, secretName: 'graph-1', secretVersion: 'version-2' },
      retiring: [{ secretName: 'graph-1', secretVersion: 'version-1' }],
    });
    expect(scene.vault.secrets.get('graph-1')?.[1]).toMatchObject({
      expiresOn,
      tags: { tenantId: TENANT, clientId: CLIENT, secretId },
    });
    expect((await scene.stores.secretExpiries.get(TENANT))?.value).toMatchObject({
      ...{ secretVersion: 'version-2', expiresOn, warned: [] },
    });
    expect(await scene.inUse()).toBe('second');
  });

  it('leaves the old version usable until the new one has served, and not longer', async () => {
    await scene.connected();
    scene.good.add('second');
    await replace('second');
    const retire = createRetireSecrets(scene.ports);
    scene.refusal = new Unavailable('login away');
    await retire();
    expect(scene.vault.usable()).toEqual({ 'graph-1': ['first', 'second'] });
    scene.refusal = null;
    await retire();
    expect(scene.tried.at(-1)).toBe('second');
    expect(scene.vault.usable()).toEqual({ 'graph-1': ['second'] });
    expect((await scene.tenant()).credential?.retiring).toEqual([]);
    const tried = scene.tried.length;
    await retire();
    expect(scene.tried).toHaveLength(tried);
  });

  it('retires what was replaced more than once, and what a stop left behind, but nothing newer', async () => {
    await scene.connected();
    for (const value of ['second', 'lost', 'third', 'newest']) scene.good.add(value);
    await replace('second');
    scene.now += MINUTE;
    const save = scene.stores.tenants.save.bind(scene.stores.tenants);
    const stop = (): void => {
      scene.stores.tenants.save = () => Promise.reject(new Unavailable('stopped'));
      scene.vault.fail = (call) => {
        if (call.startsWith('disable')) throw new Unavailable('stopped');
      };
    };
    const start = (): void => {
      scene.stores.tenants.save = save;
      scene.vault.fail = () => undefined;
    };
    stop();
    await expect(replace('lost')).rejects.toThrow('stopped');
    expect(await scene.inUse()).toBe('second');
    start();
    scene.now += MINUTE;
    await replace('third');
    scene.now += MINUTE;
    stop();
    await expect(replace('newest')).rejects.toThrow('stopped');
    start();
    await createRetireSecrets(scene.ports)();
    expect(scene.vault.usable()).toEqual({ 'graph-1': ['third', 'newest'] });
  });

  it('takes a name of its own where the old secret is kept by hand, which then goes', async () => {
    await scene.connected({
      credential: credentialReference({ secretName: 'graph-1', secretVersion: null }),
    });
    scene.good.add('second');
    await replace('second');
    expect((await scene.tenant()).credential).toMatchObject({ secretName: 'graph-id-1' });
    await createRetireSecrets(scene.ports)();
    expect(scene.vault.usable()).toEqual({ 'graph-id-1': ['second'] });
  });

  it('takes a name of its own where the old secret was deleted in the vault, whose name stays taken', async () => {
    await scene.connected();
    await scene.vault.discard('graph-1');
    scene.good.add('second');
    expect(await replace('second')).toMatchObject({ kind: 'replaced' });
    expect(await scene.inUse()).toBe('second');
    await createRetireSecrets(scene.ports)();
    expect(Object.values(scene.vault.usable())).toEqual([['second']]);
    expect((await scene.tenant()).credential?.retiring).toEqual([]);
  });

  it('is not saved under another name where the vault refuses it for another reason', async () => {
    await scene.connected();
    scene.vault.fail = (call) => {
      if (call === 'save graph-1') throw new RequestRefused('too large', 400, 'BadParameter');
    };
    await expect(replace('first')).rejects.toThrow('too large');
    expect([...scene.vault.secrets.keys()]).toEqual(['graph-1']);
  });

  it('connects a tenant that awaited consent', async () => {
    await scene.connected({
      ...{ credential: null, connectedAt: null },
      state: { kind: 'awaitingConsent', since: '2026-05-01T00:00:00.000Z' },
    });
    expect(await replace('first')).toMatchObject({ kind: 'replaced', trimmed: false });
    expect(await scene.tenant()).toMatchObject({
      state: { kind: 'connected' },
      connectedAt: expect.any(String) as string,
    });
    expect(scene.sent).toEqual([]);
  });

  it('lets a parked tenant go on: what was refused is wanted, and it is woken', async () => {
    await scene.connected({ state: PARKED, lastOutage: OUTAGE });
    scene.good.add('second');
    await replace('second');
    expect(await scene.tenant()).toMatchObject({
      state: { kind: 'running' },
      lastOutage: { ...OUTAGE, backAt: '2026-05-04T10:00:00.000Z' },
    });
    expect(await scene.wanted()).toEqual(['groups', 'users']);
    expect(scene.sent.map(({ job }) => job.kind)).toEqual(['continue', 'subscriptions']);
    expect(scene.lines.map(({ message }) => message)).toContain('A parked tenant is let in again');
  });

  it('counts though the queue is down: what is wanted stands in the tables', async () => {
    await scene.connected({ state: PARKED, lastOutage: OUTAGE });
    scene.sendFailure = new Unavailable('queue away');
    expect(await replace('first')).toMatchObject({ kind: 'replaced' });
    expect(await scene.wanted()).toEqual(['groups', 'users']);
  });

  it('ends the issues of the old secret, and leaves the others', async () => {
    const told = { reason: 'r', fix: 'f' };
    const secret = { expiresOn: '2026-05-01T00:00:00.000Z', refusedAt: null };
    const health = healthOf({
      secret: { secretName: 'graph-1', secretVersion: 'version-1', ...secret },
      told: [
        { code: 'secretExpired', since: 't', told },
        { code: 'noSubscriptions', since: 't', told },
      ],
    });
    await scene.connected({ health });
    expect(await issues()).toEqual(['secretExpired', 'noSubscriptions']);
    await replace('first');
    expect(await issues()).toEqual(['noSubscriptions']);
  });

  it.each([
    ['connected', { kind: 'connected', since: 't' }],
    ['awaiting consent', { kind: 'awaitingConsent', since: 't' }],
    ['parked', PARKED],
  ] as const)('says at once that the new secret expires soon, and warns once: %s', async (_, state) => {
    await scene.connected({ state });
    scene.good.add('second');
    const soon = given('second', { expiresOn: '2026-05-15T00:00:00.000Z' });
    expect(await replaceCredential(scene.ports, TENANT, soon, null)).toMatchObject({ kind: 'replaced' });
    expect(issuesOf(await scene.tenant(), scene.now)).toMatchObject([
      { code: 'secretExpiring', expiresOn: '2026-05-15T00:00:00.000Z' },
    ]);
    const warnings = () => scene.lines.filter(({ level }) => level === 'warn').map(({ facts }) => facts);
    expect(warnings()).toMatchObject([{ tenantId: TENANT, state: 'expiring', days: 14 }]);
    const directory = { secretEnd: () => Promise.resolve(null) };
    await createTrackSecrets({ ...scene.ports, directory }, { consentApps: [] })();
    expect(warnings()).toHaveLength(1);
  });
});

describe('a secret that was created this minute', () => {
  beforeEach(async () => {
    await scene.connected();
    scene.good.add('second');
  });

  it('is tried again for 20 seconds, and taken as soon as the login service knows it', async () => {
    const begun = scene.now;
    scene.unknownUntil.set('second', begun + 12_000);
    expect(await replace('second')).toMatchObject({ kind: 'replaced' });
    expect(scene.now - begun).toBeLessThanOrEqual(17_000);
    expect(scene.tried.length).toBeLessThan(10);
    expect(await scene.inUse()).toBe('second');
  });

  it('is refused after 20 seconds, with words that a new secret can take a minute', async () => {
    const begun = scene.now;
    scene.unknownUntil.set('second', begun + MINUTE);
    expect(await replace('second')).toMatchObject({
      kind: 'credentialRefused',
      field: 'secretValue',
      fix: expect.stringMatching(/new secret can take a minute/) as string,
    });
    expect(scene.now - begun).toBe(20_000);
    expect(scene.vault.usable()).toEqual({ 'graph-1': ['first'] });
  });

  it.each([
    ['another refusal of the login service', new CredentialRefused('expired', 7000222)],
    ['a refusal of Graph', new AccessRefused('no', 403)],
    ['a login service that does not answer', new Unavailable('away')],
  ])('is the only candidate that is tried again: not after %s', async (_, refusal) => {
    scene.refusal = refusal;
    await replace('second');
    expect(scene.tried).toEqual(['second']);
  });
});

describe('a candidate that does not work', () => {
  async function unchanged(attempt: () => Promise<unknown>, outcome: object): Promise<void> {
    const before = await scene.stores.tenants.get(TENANT);
    expect(await attempt()).toMatchObject(outcome);
    expect(await scene.stores.tenants.get(TENANT)).toEqual(before);
    expect(scene.vault.usable()).toEqual({ 'graph-1': ['first'] });
    expect(scene.sent).toEqual([]);
  }

  beforeEach(async () => {
    await scene.connected({ state: PARKED, lastOutage: OUTAGE });
  });

  it('changes nothing, and is told with what is wrong and what mends it', async () => {
    const refused = { kind: 'credentialRefused', fix: expect.any(String) as string };
    await unchanged(() => replace('wrong'), {
      ...refused,
      finding: expect.stringMatching(/wrong.*7000215/) as string,
    });
    scene.refusal = new AccessRefused('no', 403);
    await unchanged(() => replace('first'), { ...refused, finding: expect.stringMatching(/403/) as string });
  });

  it('is not held against it where nobody could tell', async () => {
    for (const [failure, retryAfterMs] of [
      [new Throttled('later', 7_000), 7_000],
      [new Unavailable('away'), null],
      [new BadPage('https://graph.example', 'no JSON'), null],
    ] as const) {
      scene.refusal = failure;
      await unchanged(() => replace('first'), { kind: 'unavailable', retryAfterMs });
    }
  });

  it('is refused before anybody is asked where it cannot be one', async () => {
    await unchanged(() => replace(' \n'), { kind: 'unusable', field: 'secretValue' });
    const past = { expiresOn: '2026-05-04T09:59:59.000Z' };
    await unchanged(() => replace('first', past), { kind: 'unusable', field: 'expiresOn' });
    const id = '44444444-4444-4444-8444-444444444444';
    await unchanged(() => replace(id), {
      kind: 'credentialRefused',
      finding: expect.stringMatching(/secret id/) as string,
    });
    expect(scene.tried).toEqual([]);
  });

  it('is refused where it leads into another tenant', async () => {
    const elsewhere = { ...scene.ports, directory: { probe: async () => ({ tenantId: CLIENT }) } };
    await unchanged(() => replaceCredential(elsewhere, TENANT, given('first'), null), {
      ...{ kind: 'credentialRefused', finding: expect.stringMatching(/another tenant/) as string },
    });
  });

  it('comes to nothing for a tenant that is not there, or is being disconnected', async () => {
    await scene.change((tenant) => ({ ...tenant, state: { kind: 'disconnecting', since: '' } }));
    await unchanged(() => replace('first'), { kind: 'disconnecting' });
    expect(await replaceCredential(scene.ports, CLIENT, given('first'), null)).toEqual({ kind: 'notFound' });
  });

  it('changes nothing where the vault does not take it', async () => {
    scene.vault.fail = (call) => {
      if (call.startsWith('save')) throw new Unavailable('vault away');
    };
    await expect(replace('first')).rejects.toThrow('vault away');
    expect((await scene.tenant()).state.kind).toBe('parked');
  });
});

describe('a table that fails while the secret comes into use', () => {
  const away = new Unavailable('table away');

  it('leaves nothing usable that the tenant does not name, and tells the failure', async () => {
    await scene.connected();
    scene.good.add('second');
    scene.stores.tenants.save = () => Promise.reject(away);
    await expect(replace('second')).rejects.toThrow('table away');
    expect(scene.vault.usable()).toEqual({ 'graph-1': ['first'] });
  });

  it('leaves no name of its own behind where there was none before', async () => {
    await scene.connected({ credential: null, state: { kind: 'awaitingConsent', since: '' } });
    scene.stores.tenants.save = () => Promise.reject(away);
    await expect(replace('first')).rejects.toThrow('table away');
    expect(scene.vault.usable()).toEqual({ 'graph-1': ['first'] });
    expect(scene.vault.discarded).toEqual(['graph-id-1']);
  });

  it('leaves the secret alone where the row names it all the same, or nobody can tell', async () => {
    await scene.connected();
    for (const value of ['second', 'third']) scene.good.add(value);
    const { tenants } = scene.stores;
    const [get, save] = [tenants.get.bind(tenants), tenants.save.bind(tenants)];
    tenants.save = async (tenant, tag) => {
      await save(tenant, tag);
      throw away;
    };
    await expect(replace('second')).rejects.toThrow('table away');
    expect(await scene.inUse()).toBe('second');
    let saved = false;
    tenants.save = async (tenant, tag) => {
      saved = true;
      await save(tenant, tag);
      throw away;
    };
    tenants.get = (id) => (saved ? Promise.reject(new Unavailable('read away')) : get(id));
    await expect(replace('third')).rejects.toThrow('table away');
    tenants.get = get;
    expect(await scene.inUse()).toBe('third');
  });
});

describe('two that replace the credential at the same time', () => {
  it('one wins, and the other`s secret is unusable', async () => {
    await scene.connected();
    for (const value of ['second', 'third']) scene.good.add(value);
    const outcomes = await Promise.all([replace('second'), replace('third')]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['changedMeanwhile', 'replaced']);
    const winner = outcomes[0].kind === 'replaced' ? 'second' : 'third';
    expect(await scene.inUse()).toBe(winner);
    expect(scene.vault.usable()).toEqual({ 'graph-1': ['first', winner] });
  });

  it('one wins where there was no credential before, and the other`s name goes', async () => {
    await scene.connected({ credential: null, state: { kind: 'awaitingConsent', since: '' } });
    scene.vault.secrets.clear();
    scene.good.add('second');
    const outcomes = await Promise.all([replace('first'), replace('second')]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['changedMeanwhile', 'replaced']);
    expect(Object.values(scene.vault.usable())).toEqual([[await scene.inUse()]]);
  });

  it('any number of them, with stops and lost answers: the one in use always works and was asked for', async () => {
    const attempt = fc.record({
      value: fc.constantFrom('a', 'b', 'c', 'bad'),
      stop: fc.constantFrom('none', 'none', 'before the row', 'answer lost', 'after the row'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(attempt, { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
        async (waves) => {
          const world = new CredentialScene();
          await world.connected();
          for (const value of ['a', 'b', 'c']) world.good.add(value);
          for (const wave of waves) {
            world.now += MINUTE;
            await Promise.all(wave.map((each) => attemptWith(world, each).catch(() => undefined)));
            expect(world.good).toContain(await world.inUse());
            await createRetireSecrets(world.ports)();
            expect(world.good).toContain(await world.inUse());
          }
          world.now += MINUTE;
          await replace('a', {}, world);
          await createRetireSecrets(world.ports)();
          expect(world.vault.usable()).toEqual({ 'graph-1': ['a'] });
        },
      ),
      { numRuns: 60 },
    );
  });

  function attemptWith(world: CredentialScene, { value, stop }: { value: string; stop: string }) {
    const { ports } = world;
    const { tenants } = ports;
    const save: typeof tenants.save = async (tenant, tag) => {
      if (stop === 'before the row') throw new Unavailable('stopped');
      const saved = await tenants.save(tenant, tag);
      if (stop === 'after the row') throw new Unavailable('stopped');
      // The SDK tried again after its answer was lost, and met its own write.
      if (stop === 'answer lost') return tenants.save(tenant, tag);
      return saved;
    };
    const broken = { get: (id: string) => tenants.get(id), save } as typeof tenants;
    return replaceCredential({ ...ports, tenants: broken }, TENANT, given(value), null);
  }
});

describe('a change of the tenant meanwhile', () => {
  it('of something else does no harm', async () => {
    await scene.connected();
    scene.meanwhile = () => scene.change((tenant) => ({ ...tenant, displayName: 'Renamed' }));
    expect(await replace('first')).toMatchObject({
      kind: 'replaced',
      tenant: { value: { displayName: 'Renamed' } },
    });
  });

  it('fails a precondition, and leaves the candidate unusable', async () => {
    await scene.connected();
    const { tag } = (await scene.stores.tenants.get(TENANT))!;
    const ifMatch = (seen: string) => seen === tag;
    scene.meanwhile = () => scene.change((tenant) => ({ ...tenant, displayName: 'Renamed' }));
    const outcome = await replaceCredential(scene.ports, TENANT, given('first'), ifMatch);
    expect(outcome).toEqual({ kind: 'preconditionFailed' });
    expect(scene.vault.secrets.get('graph-1')?.map(({ enabled }) => enabled)).toEqual([true, false]);
    scene.meanwhile = () => Promise.resolve();
    expect(await replaceCredential(scene.ports, TENANT, given('first'), ifMatch)).toEqual(outcome);
    expect(scene.vault.secrets.get('graph-1')).toHaveLength(2);
  });

  it('into one that is being disconnected leaves the candidate unusable', async () => {
    await scene.connected();
    scene.meanwhile = () =>
      scene.change((tenant) => ({ ...tenant, state: { kind: 'disconnecting', since: '' } }));
    expect(await replace('first')).toEqual({ kind: 'disconnecting' });
    expect(scene.vault.usable()).toEqual({ 'graph-1': ['first'] });
    expect(scene.vault.secrets.get('graph-1')).toHaveLength(2);
  });
});
