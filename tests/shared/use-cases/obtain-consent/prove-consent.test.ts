import { beforeEach, describe, expect, it } from 'vitest';
import { createTableStores } from '../../../../shared/adapters/tables/table-stores.js';
import { BUNDLE_FACTS } from '../../../../shared/core/bundle.js';
import { PROOF_PATIENCE, type Admission } from '../../../../shared/core/consent-proof.js';
import {
  newConsentRequest,
  progressOf,
  sentOut,
  withProgress,
  type AskProgress,
} from '../../../../shared/core/consent-request.js';
import {
  AccessRefused,
  BadPage,
  CredentialRefused,
  Throttled,
  Unavailable,
} from '../../../../shared/core/failures.js';
import type { SyncJob } from '../../../../shared/core/job.js';
import type { Connection } from '../../../../shared/ports/directory.js';
import type { QueuedJob } from '../../../../shared/ports/job-queue.js';
import { createProveConsent } from '../../../../shared/use-cases/obtain-consent/prove-consent.js';
import { aTenant, credentialReference } from '../../../builders/tenant.js';
import { createMemoryTables } from '../../../fakes/memory-tables.js';

const TENANT = '11111111-1111-4111-8111-111111111111';
const NOW = Date.parse('2026-05-04T10:00:00Z');
const APP = { bundle: 'directory', clientId: 'app', secretName: 'consent-directory', cloud: null } as const;
const JOB: Extract<SyncJob, { kind: 'proveConsent' }> = {
  version: 1,
  tenantId: TENANT,
  attempt: 0,
  kind: 'proveConsent',
  requestId: 'r1',
  bundle: 'directory',
};
const PROVING: AskProgress = {
  kind: 'proving',
  clientId: 'app',
  since: new Date(NOW).toISOString(),
  waitingFor: null,
};
const WORKS: Admission = {
  roles: BUNDLE_FACTS.directory.permissions.map(({ name }) => name),
  tenantId: TENANT,
};

let stores: ReturnType<typeof createTableStores>;
let sent: QueuedJob[];
let errors: string[];
let asked: Connection[];
let answer: Admission | Error;
let now: number;
let consentApps: readonly (typeof APP)[];

beforeEach(() => {
  stores = createTableStores(createMemoryTables());
  sent = [];
  errors = [];
  asked = [];
  answer = WORKS;
  now = NOW;
  consentApps = [APP];
});

async function given(progress: AskProgress, over: Parameters<typeof aTenant>[0] = {}): Promise<void> {
  const whose = { tenantId: TENANT, requestId: 'r1', cloud: 'global', askedBy: 'O', customer: null } as const;
  const request = newConsentRequest({ ...whose, bundles: ['directory'], expiresAtMs: NOW + 1 }, NOW);
  await stores.consentRequests.create(withProgress(request, 'directory', progress));
  const state = { kind: 'awaitingConsent', since: 't' } as const;
  await stores.tenants.create(aTenant({ tenantId: TENANT, credential: null, state, ...over }));
}

async function prove(job = JOB): Promise<void> {
  let ids = 0;
  const ports = {
    ...stores,
    clock: { now: () => now, monotonic: () => now, wait: () => Promise.resolve() },
    chance: { newId: () => String((ids += 1)), newToken: () => 'token', fraction: () => 0 },
    log: { info: () => undefined, warn: () => undefined, error: (line: string) => void errors.push(line) },
    queue: { send: (jobs: readonly QueuedJob[]) => Promise.resolve(void sent.push(...jobs)) },
    directory: {
      admission: (connection: Connection) => {
        asked.push(connection);
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
  };
  await createProveConsent(ports, { consentApps, patience: PROOF_PATIENCE })(job);
}

const progress = async () => progressOf((await stores.consentRequests.get(TENANT, 'r1'))!.value, 'directory');
const tenant = async () => (await stores.tenants.get(TENANT))!.value;

describe('proving a consent', () => {
  it('asks as the application that was consented to, with its own secret', async () => {
    await given(PROVING);
    await prove();
    expect(asked).toEqual([
      {
        tenantId: TENANT,
        cloud: 'global',
        credential: { clientId: 'app', secretName: 'consent-directory', secretVersion: null },
      },
    ]);
    expect(await progress()).toEqual({ kind: 'granted', at: new Date(NOW).toISOString() });
    expect(await tenant()).toMatchObject({ state: { kind: 'connected' }, bundles: ['directory'] });
  });

  it("waits where the operator's own application cannot log in, tells the operator once, and goes on by itself", async () => {
    await given(PROVING);
    answer = new CredentialRefused('wrong', 7000215);
    await prove();
    now += 60 * 60_000;
    await prove({ ...JOB, attempt: 1 });
    expect(await progress()).toMatchObject({
      ...{ kind: 'proving', waitingFor: expect.stringMatching(/operator has been told/) as string },
    });
    expect(sent.map(({ job }) => job.attempt)).toEqual([1, 2]);
    expect(errors).toEqual(["The operator's own consent application cannot log in"]);
    answer = WORKS;
    await prove({ ...JOB, attempt: 2 });
    expect((await tenant()).state.kind).toBe('connected');
  });

  it('does it once: a second job finds nothing to do', async () => {
    await given(PROVING);
    await prove();
    const before = await tenant();
    now += 1;
    await prove();
    expect(await tenant()).toEqual(before);
    expect([asked.length, sent.length]).toEqual([1, 0]);
  });

  it('does not let in a tenant that has a credential of its own, but notes the consent', async () => {
    await given(PROVING, { credential: credentialReference() });
    await prove();
    expect(await tenant()).toMatchObject({
      state: { kind: 'awaitingConsent' },
      consents: [{ clientId: 'app' }],
    });
  });

  it('refuses a directory that is another', async () => {
    await given(PROVING);
    answer = { ...WORKS, tenantId: '22222222-2222-4222-8222-222222222222' };
    await prove();
    expect(await progress()).toMatchObject({ kind: 'refused' });
    expect(await tenant()).toMatchObject({ state: { kind: 'awaitingConsent' }, consents: [] });
  });

  it('refuses an application that the operator has taken away', async () => {
    await given(PROVING);
    consentApps = [];
    await prove();
    expect([(await progress())?.kind, asked.length]).toEqual(['refused', 0]);
  });

  it.each([new Unavailable('down'), new Throttled('slow', 5_000), new BadPage('address', 'nonsense')])(
    'waits where Graph has no answer ($name), and gives up a quarter of an hour after its first look',
    async (failure) => {
      await given(PROVING);
      answer = failure;
      await prove();
      expect(await progress()).toMatchObject({ kind: 'proving', waitingFor: expect.any(String) as unknown });
      expect(sent).toEqual([
        expect.objectContaining({ job: { ...JOB, attempt: 1, firstLookAt: NOW }, dueAt: NOW + 1_500 }),
      ]);
      now = NOW + 15 * 60_000;
      await prove({ ...JOB, attempt: 20, firstLookAt: NOW });
      expect((await progress())?.kind).toBe('refused');
      expect(sent).toHaveLength(1);
    },
  );

  it.each([
    new Unavailable('down'),
    new AccessRefused('no', 403),
    new CredentialRefused('not yet', 700016),
    { ...WORKS, roles: [] },
    { ...WORKS, roles: ['User.Read.All'] },
  ])('begins its patience with the first look, however long its job lay in the queue (%o)', async (seen) => {
    await given(PROVING);
    answer = seen;
    now = NOW + 29 * 60_000;
    await prove();
    expect((await progress())?.kind).toBe('proving');
    const again = sent.at(-1)!;
    expect(again.job).toEqual({ ...JOB, attempt: 1, firstLookAt: now });
    now = again.dueAt!;
    await prove(again.job as typeof JOB);
    expect((await progress())?.kind).toBe('proving');
    expect(sent.at(-1)?.job).toMatchObject({ attempt: 2, firstLookAt: NOW + 29 * 60_000 });
    now += 15 * 60_000;
    await prove(sent.at(-1)?.job as typeof JOB);
    expect((await progress())?.kind).toBe('refused');
  });

  it('begins its patience anew with a job that was replayed', async () => {
    await given(PROVING);
    answer = new AccessRefused('no', 403);
    now = NOW + 60 * 60_000;
    await prove({ ...JOB, attempt: 0, firstLookAt: NOW });
    expect((await progress())?.kind).toBe('proving');
    expect(sent.at(-1)?.job).toMatchObject({ firstLookAt: now });
  });

  it('changes what is asked of a tenant only once it works', async () => {
    const bundles = ['contacts'] as const;
    await given(PROVING, { credential: credentialReference(), bundles });
    answer = { ...WORKS, roles: [] };
    await prove();
    expect((await tenant()).bundles).toEqual(bundles);
    answer = WORKS;
    await prove({ ...JOB, attempt: 1, firstLookAt: now });
    expect((await tenant()).bundles).toEqual(['contacts', 'directory']);
  });

  it('leaves what nobody foresaw to the broker', async () => {
    await given(PROVING);
    answer = new TypeError('ours');
    await expect(prove()).rejects.toThrow('ours');
    expect(await progress()).toEqual(PROVING);
  });

  it('waits a while for a request whose state is being used up, and no longer', async () => {
    const { asks } = sentOut(
      newConsentRequest(
        {
          tenantId: TENANT,
          requestId: 'r1',
          cloud: 'global',
          askedBy: 'O',
          customer: null,
          bundles: ['directory'],
          expiresAtMs: NOW,
        },
        NOW,
      ),
      'directory',
      { stateHash: 's', clientId: 'app' },
      NOW,
    );
    await given(asks[0]!.progress);
    for (let attempt = 0; attempt < 10; attempt += 1) await prove({ ...JOB, attempt });
    expect(sent).toHaveLength(6);
    expect(asked).toEqual([]);
  });

  it.each<[string, Parameters<typeof aTenant>[0]]>([
    ['is being disconnected', { state: { kind: 'disconnecting', since: 't' } }],
    ['is another', { tenantId: '22222222-2222-4222-8222-222222222222' }],
  ])('does nothing for a tenant that %s', async (_, over) => {
    await given(PROVING, over);
    await prove();
    expect([asked.length, sent.length]).toEqual([0, 0]);
    expect(await progress()).toEqual(PROVING);
  });

  it('does nothing for a request that is no more', async () => {
    await prove({ ...JOB, requestId: 'gone' });
    expect([asked.length, sent.length]).toEqual([0, 0]);
  });
});
