import { beforeEach, describe, expect, it } from 'vitest';
import { AccessRefused, CredentialRefused, Unavailable } from '../../../../shared/core/failures.js';
import { shownState } from '../../../../shared/core/issues/issues-of.js';
import { replaceCredential } from '../../../../shared/use-cases/credentials/replace-credential.js';
import { createRetryParked } from '../../../../shared/use-cases/credentials/retry-parked.js';
import { createScheduleRetries } from '../../../../shared/use-cases/credentials/schedule-retries.js';
import { listSecrets } from '../../../../shared/use-cases/list-secrets.js';
import { CredentialScene, given, MINUTE, OUTAGE, PARKED, TENANT } from './credential-scene.js';

const SETTINGS = { firstMs: 5 * MINUTE, longestMs: 55 * MINUTE };
const APP = { bundle: 'directory', clientId: 'app', secretName: 'consent', cloud: null } as const;

let scene: CredentialScene;
let retry: () => Promise<void>;
let tick: () => Promise<void>;

beforeEach(() => {
  scene = new CredentialScene();
  retry = () => createRetryParked(scene.ports, { consentApps: [APP] })(TENANT);
  tick = () => createScheduleRetries(scene.ports, SETTINGS)();
});

describe('a parked tenant that is mended', () => {
  it('goes on where it stood: what was refused is wanted first, and it is woken', async () => {
    await scene.connected({ state: PARKED, lastOutage: OUTAGE });
    await retry();
    expect(await scene.tenant()).toMatchObject({
      state: { kind: 'running', since: '2026-05-04T10:00:00.000Z' },
      lastOutage: { parkedAt: OUTAGE.parkedAt, backAt: '2026-05-04T10:00:00.000Z' },
    });
    expect(await scene.wanted()).toEqual(['groups', 'users']);
    expect(scene.sent.map(({ job }) => job.kind)).toEqual(['continue', 'subscriptions']);
    expect(scene.lines).toEqual([
      { level: 'info', message: 'A parked tenant is let in again', facts: { tenantId: TENANT } },
    ]);
  });

  it.each([
    ['as unknown where nobody named a date', null, 'unknown', 'running'],
    ['as expiring, which the tenant says too', '2026-05-20T00:00:00.000Z', 'expiring', 'attention'],
  ])('has the secret that was refused as expired listed at once %s', async (...wanted) => {
    const [, expiresOn, state, kind] = wanted;
    await scene.connected({ state: PARKED, lastOutage: OUTAGE });
    await scene.change((tenant) => ({ ...tenant, credential: { ...tenant.credential!, expiresOn } }));
    scene.refusal = new CredentialRefused('expired', 7000222);
    await retry();
    expect((await scene.stores.secretExpiries.get(TENANT))?.value.state).toBe('expired');
    scene.refusal = null;
    scene.now += MINUTE;
    await retry();
    expect((await scene.stores.secretExpiries.get(TENANT))?.value).toMatchObject({ state, refusedAt: null });
    expect(shownState(await scene.tenant(), scene.now).kind).toBe(kind);
  });

  it('goes on though the row of its secret cannot be written', async () => {
    await scene.connected({ state: PARKED, lastOutage: OUTAGE });
    scene.refusal = new CredentialRefused('expired', 7000222);
    await retry();
    scene.refusal = null;
    scene.now += MINUTE;
    scene.stores.secretExpiries.save = () => Promise.reject(new Unavailable('table away'));
    await retry();
    expect((await scene.tenant()).state.kind).toBe('running');
    expect(scene.sent.map(({ job }) => job.kind)).toEqual(['continue', 'subscriptions']);
  });

  it('only may be read again where it had not run before', async () => {
    await scene.connected({ state: { ...PARKED, before: 'connected' }, lastOutage: OUTAGE });
    await retry();
    expect((await scene.tenant()).state.kind).toBe('connected');
    expect([await scene.wanted(), scene.sent]).toEqual([[], []]);
  });

  it('is let in by the consent application where it has no credential of its own', async () => {
    await scene.connected({
      ...{ credential: null, state: PARKED, lastOutage: OUTAGE },
      consents: [{ bundle: 'directory', clientId: 'app', grantedAt: '2026-05-01T00:00:00.000Z' }],
    });
    scene.vault.secrets.set('consent', scene.vault.secrets.get('graph-1')!);
    await retry();
    expect((await scene.tenant()).state.kind).toBe('running');
  });
});

const REFUSED = 'The credential is good, but Microsoft Graph refuses to let it read the directory (403).';

describe('a parked tenant that is not mended', () => {
  it('stays parked, with the reason of now and when it was tried; nothing else changes', async () => {
    await scene.connected({ state: PARKED, lastOutage: OUTAGE });
    scene.refusal = new AccessRefused('Graph says no', 403);
    await retry();
    const tenant = await scene.tenant();
    expect(tenant.state).toMatchObject({
      ...{ kind: 'parked', since: PARKED.since, before: 'running', reason: REFUSED },
      fix: expect.stringMatching(/admin consent.* It goes on by itself within an hour/) as string,
    });
    expect(tenant.lastOutage).toEqual({
      ...OUTAGE,
      ...{ triedAt: '2026-05-04T10:00:00.000Z', reason: REFUSED },
    });
    expect([await scene.wanted(), scene.sent]).toEqual([[], []]);
  });

  it('has its secret listed as expired where that is what it is parked by', async () => {
    await scene.connected({ state: PARKED, lastOutage: OUTAGE });
    scene.refusal = new CredentialRefused('expired', 7000222);
    await retry();
    expect((await scene.tenant()).state).toMatchObject({
      reason: expect.stringContaining('7000222') as string,
    });
    const sight = [TENANT];
    const listed = await listSecrets(scene.ports, { after: null, limit: 10, state: 'expired' }, sight);
    expect(listed.rows).toMatchObject([
      { expiresOn: new Date(scene.now).toISOString(), refusedAt: '2026-05-04T10:00:00.000Z' },
    ]);
    scene.good.add('second');
    scene.refusal = null;
    await replaceCredential(scene.ports, TENANT, given('second'), null);
    expect((await scene.stores.secretExpiries.get(TENANT))?.value).toMatchObject({
      ...{ state: 'unknown', refusedAt: null, secretVersion: 'version-2' },
    });
  });

  it('is tried all the same where its row of the expiries cannot be written', async () => {
    await scene.connected({ state: PARKED, lastOutage: OUTAGE });
    scene.refusal = new CredentialRefused('expired', 7000222);
    scene.stores.secretExpiries.save = () => Promise.reject(new Unavailable('table away'));
    await retry();
    expect((await scene.tenant()).lastOutage?.triedAt).toBe('2026-05-04T10:00:00.000Z');
  });

  it('is not written again where Graph refuses in other words for the same reason', async () => {
    await scene.connected({ state: PARKED, lastOutage: OUTAGE });
    scene.refusal = new AccessRefused('Graph says no (request 1)', 403);
    await retry();
    const { state } = await scene.tenant();
    scene.refusal = new AccessRefused('Graph says no (request 2)', 403);
    await retry();
    expect((await scene.tenant()).state).toEqual(state);
    expect(JSON.stringify(await scene.tenant())).not.toContain('Graph says');
  });

  it("is told that it is the operator's to mend where the operator's own application cannot log in", async () => {
    await scene.connected({
      ...{ credential: null, state: PARKED, lastOutage: OUTAGE },
      consents: [{ bundle: 'directory', clientId: 'app', grantedAt: '2026-05-01T00:00:00.000Z' }],
    });
    scene.vault.secrets.set('consent', scene.vault.secrets.get('graph-1')!);
    scene.refusal = new CredentialRefused('expired', 7000222);
    await retry();
    expect((await scene.tenant()).state).toMatchObject({
      ...{ kind: 'parked', reason: "The operator's own application cannot log in (AADSTS7000222)." },
      fix: 'Nothing for you to do: the operator has been told.',
    });
  });

  it('keeps its reason where nobody could tell, but counts as tried', async () => {
    await scene.connected({ state: PARKED, lastOutage: OUTAGE });
    scene.refusal = new Unavailable('login away');
    await retry();
    const tenant = await scene.tenant();
    expect(tenant.state).toEqual(PARKED);
    expect(tenant.lastOutage?.triedAt).toBe('2026-05-04T10:00:00.000Z');
  });

  it('is not judged by a secret that was replaced while the old one was tried', async () => {
    const { credential } = await scene.connected({ state: PARKED, lastOutage: OUTAGE });
    const { prove } = scene.directory;
    scene.directory.prove = async (connection) => {
      await scene.change((tenant) => ({
        ...tenant,
        ...{
          state: { kind: 'running', since: '' },
          credential: { ...credential!, secretVersion: 'version-2' },
        },
      }));
      await prove(connection);
      throw new CredentialRefused('the old one', 7000222);
    };
    await retry();
    expect((await scene.tenant()).state).toEqual({ kind: 'running', since: '' });
  });

  it('is left alone while it is paused, and asks for nothing where it is not parked or not there', async () => {
    await scene.connected({ state: PARKED, lastOutage: OUTAGE, paused: true });
    await retry();
    await scene.change((tenant) => ({ ...tenant, paused: false, state: { kind: 'running', since: '' } }));
    await retry();
    await createRetryParked(scene.ports, { consentApps: [] })('00000000-0000-4000-8000-000000000000');
    expect(scene.tried).toEqual([]);
  });
});

describe('the timer', () => {
  it('has each parked tenant tried when that is due, once for a try', async () => {
    await scene.connected({ state: PARKED, lastOutage: OUTAGE });
    scene.refusal = new Unavailable('away');
    const ids = (): Set<string> => new Set(scene.sent.map(({ messageId }) => messageId));
    await tick();
    await tick();
    expect(scene.sent[0]?.job).toEqual({ version: 1, tenantId: TENANT, attempt: 0, kind: 'retryParked' });
    expect(ids().size).toBe(1);
    await retry();
    scene.sent.length = 0;
    scene.now += 29 * MINUTE;
    await tick();
    expect(scene.sent).toEqual([]);
    scene.now += MINUTE;
    await tick();
    expect(ids().size).toBe(1);
  });

  it('asks for nothing where no tenant is parked', async () => {
    await scene.connected();
    scene.now += 100 * 60 * MINUTE;
    await tick();
    expect(scene.sent).toEqual([]);
  });
});
