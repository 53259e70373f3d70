import { aSubscription } from '../builders/subscription.js';
import { aTenant, healthOf } from '../builders/tenant.js';
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../shared/core/dead-letter.js';
import { RowConflict } from '../../shared/core/failures.js';
import type { Run } from '../../shared/core/run.js';
import type { SecretExpiry } from '../../shared/core/secret-expiry.js';
import type { Tenant } from '../../shared/core/tenant.js';
import type { Runs, SecretExpiries, Subscriptions, Tenants } from '../../shared/ports/registry.js';
import type { DeadLetters } from '../../shared/ports/sync-state.js';
import { listed } from './table-stores-fixture.js';

export interface RegistryStores {
  readonly tenants: Tenants;
  readonly runs: Runs;
  readonly subscriptions: Subscriptions;
  readonly secretExpiries: SecretExpiries;
  readonly deadLetters: DeadLetters;
}

/** What the stores of tenants and what belongs to them must do. */
export function describeRegistry(storesOf: () => RegistryStores): void {
  let stores: RegistryStores;
  let tenantId: string;
  beforeEach(() => {
    stores = storesOf();
    tenantId = randomUUID();
  });

  describe('tenants', () => {
    const tenantOf = (values: Partial<Tenant> = {}): Tenant =>
      aTenant({
        tenantId,
        displayName: 'Ærø Kommune',
        cloud: 'local',
        state: { kind: 'parked', since: 't', reason: 'r', fix: 'f', before: 'running' },
        organizationIds: ['o1', 'o2'],
        owner: { name: 'Åse', mail: 'a@x' },
        timeZone: 'Europe/Copenhagen',
        bundles: ['directory', 'near-real-time'],
        consents: [{ bundle: 'directory', clientId: 'app', grantedAt: 't' }],
        lastSyncedAt: '2026-01-01T00:00:00Z',
        lastOutage: { parkedAt: 't', triedAt: null, backAt: null, reason: 'r' },
        health: healthOf({
          held: [{ setupId: 's', designation: 'Réception', count: 2, since: 't' }],
          failing: [{ part: 'work', since: 't', failure: 'BadPage', runId: 'r', lastRound: null }],
        }),
        ...values,
      });

    it('come back as they were created, nulls included', async () => {
      const nothing = { owner: null, bucketCount: null, lastSyncedAt: null, lastOutage: null };
      const nobody = { credential: null, connectedAt: null, consents: [], bundles: [], organizationIds: [] };
      const tenant = tenantOf({ ...nothing, ...nobody });
      expect(await stores.tenants.get(tenantId)).toBeNull();
      const created = await stores.tenants.create(tenant);
      expect(created.value).toEqual(tenant);
      expect(await stores.tenants.get(tenantId)).toEqual(created);
      await expect(stores.tenants.create(tenantOf())).rejects.toBeInstanceOf(RowConflict);
    });

    it('are saved only over what was read', async () => {
      const created = await stores.tenants.create(tenantOf());
      const saved = await stores.tenants.save(
        tenantOf({ state: { kind: 'connected', since: '2026-05-01T00:00:00.000Z' } }),
        created.tag,
      );
      expect(await stores.tenants.get(tenantId)).toEqual(saved);
      await expect(stores.tenants.save(tenantOf(), created.tag)).rejects.toBeInstanceOf(RowConflict);
    });

    it('are read many at a time, those alone that are there', async () => {
      const ids: string[] = Array.from({ length: 20 }, () => randomUUID());
      for (const id of ids) await stores.tenants.create(tenantOf({ tenantId: id }));
      const found = await stores.tenants.readMany([...ids.slice(5), randomUUID()]);
      expect([...found.keys()].sort()).toEqual(ids.slice(5).sort());
      expect(found.get(ids[7]!)).toEqual(tenantOf({ tenantId: ids[7]! }));
      expect((await stores.tenants.readMany([])).size).toBe(0);
    });

    it('are listed once each, whatever the page size', async () => {
      const ids: string[] = Array.from({ length: 5 }, () => randomUUID());
      for (const id of ids) await stores.tenants.create(tenantOf({ tenantId: id }));
      for (const limit of [1, 2, 100]) {
        const found = await listed((request) => stores.tenants.list(request), limit);
        const ours = found.map(({ value }) => value.tenantId).filter((id) => ids.includes(id));
        expect(ours).toEqual([...ids].sort());
      }
    });
  });

  describe('runs', () => {
    const runOf = (runId: string, values: Partial<Run> = {}): Run => ({
      tenantId,
      runId,
      trigger: 'manual',
      status: 'NotStarted',
      jobs: ['users', 'groups'],
      full: false,
      requestedAt: '2026-01-01T00:00:00.000Z',
      startedAt: null,
      endedAt: null,
      parts: { users: { kind: 'waiting' } },
      progress: {},
      counts: {},
      warnings: [],
      error: null,
      ...values,
    });

    it('answer the run that is active under the same key, until it is over', async () => {
      const first = runOf('r1');
      expect(await stores.runs.request(first, 'users,groups')).toEqual({ kind: 'created', run: first });
      expect(await stores.runs.request(runOf('r2'), 'users,groups')).toEqual({ kind: 'active', run: first });
      expect((await stores.runs.request(runOf('r3'), 'users,groups,full')).kind).toBe('created');
      const stored = await stores.runs.get(tenantId, 'r1');
      const running = await stores.runs.save({ ...first, status: 'Running' }, stored?.tag ?? '');
      expect((await stores.runs.request(runOf('r4'), 'users,groups')).kind).toBe('active');
      const over = await stores.runs.save(
        { ...first, status: 'Failed', error: { code: 'c', message: 'm' } },
        running.tag,
      );
      expect(await stores.runs.get(tenantId, 'r1')).toEqual(over);
      expect((await stores.runs.request(runOf('r5'), 'users,groups')).kind).toBe('created');
      const again = await stores.runs.save(
        { ...over.value, warnings: [{ code: 'w', message: 'm', count: 1 }] },
        over.tag,
      );
      expect(await stores.runs.get(tenantId, 'r1')).toEqual(again);
    });

    it('are created once under one id', async () => {
      const run = runOf('r1');
      await stores.runs.request(run, 'a');
      expect(await stores.runs.request({ ...run, full: true }, 'b')).toEqual({ kind: 'active', run });
    });

    it('are created by one of many who ask at once', async () => {
      const answers = await Promise.all(
        ['r1', 'r2', 'r3', 'r4'].map((runId) => stores.runs.request(runOf(runId), 'key')),
      );
      expect(answers.filter(({ kind }) => kind === 'created')).toHaveLength(1);
      expect(new Set(answers.map(({ run }) => run.runId)).size).toBe(1);
    });

    it('that are over already leave no active mark', async () => {
      await stores.runs.request(runOf('r1', { status: 'Succeeded' }), 'key');
      expect(await stores.runs.active(tenantId)).toEqual([]);
      expect((await stores.runs.request(runOf('r2'), 'key')).kind).toBe('created');
      expect(await stores.runs.request(runOf('r1', { status: 'Succeeded' }), 'key')).toMatchObject({
        kind: 'active',
      });
    });

    it('are saved only over what was read', async () => {
      await stores.runs.request(runOf('r1'), 'key');
      const stored = await stores.runs.get(tenantId, 'r1');
      await stores.runs.save(runOf('r1', { status: 'Running' }), stored?.tag ?? '');
      const over = runOf('r1', { status: 'Canceled' });
      await expect(stores.runs.save(over, stored?.tag ?? '')).rejects.toBeInstanceOf(RowConflict);
      expect(await stores.runs.active(tenantId)).toHaveLength(1);
    });

    it('are named as held from when they end so until they are settled, also if they never were active', async () => {
      const run = runOf('r1');
      await stores.runs.request(run, 'a');
      const stored = await stores.runs.get(tenantId, 'r1');
      const held = await stores.runs.save({ ...run, status: 'Held' }, stored?.tag ?? '');
      await stores.runs.request(runOf('r2', { status: 'Held' }), 'b');
      expect(await stores.runs.open(tenantId)).toEqual({ active: [], held: ['r1', 'r2'] });
      await stores.runs.save({ ...run, status: 'Succeeded' }, held.tag);
      expect(await stores.runs.open(tenantId)).toEqual({ active: [], held: ['r2'] });
    });

    it('are listed newest first, and the active ones oldest first', async () => {
      const at = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`;
      for (const minute of [3, 1, 2, 5, 4]) {
        await stores.runs.request(runOf(`r${minute}`, { requestedAt: at(minute) }), `key${minute}`);
      }
      const last = await stores.runs.get(tenantId, 'r2');
      await stores.runs.save({ ...last!.value, status: 'Succeeded' }, last!.tag);
      for (const limit of [1, 2, 100]) {
        const found = await listed((request) => stores.runs.list(tenantId, request), limit);
        expect(found.map(({ runId }) => runId)).toEqual(['r5', 'r4', 'r3', 'r2', 'r1']);
      }
      const active = await stores.runs.active(tenantId);
      expect(active.map(({ value }) => value.runId)).toEqual(['r1', 'r3', 'r4', 'r5']);
      expect(await stores.runs.get(tenantId, 'r1')).toEqual(active[0]);
    });
  });

  describe('subscriptions', () => {
    it('are kept per tenant', async () => {
      const subscription = aSubscription({ tenantId, subscriptionId: randomUUID() });
      const { subscriptionId } = subscription;
      await stores.subscriptions.put({ ...subscription, renewedAt: 'before' });
      await stores.subscriptions.put(subscription);
      expect(await stores.subscriptions.get(tenantId, subscriptionId)).toEqual(subscription);
      expect(await stores.subscriptions.get(randomUUID(), subscriptionId)).toBeNull();
      expect(await stores.subscriptions.list(tenantId)).toEqual([subscription]);
      const old = { ...subscription, madeAt: null, changeTypes: null, lifecycleUrl: null };
      await stores.subscriptions.put(old);
      expect(await stores.subscriptions.list(tenantId)).toEqual([old]);
      await stores.subscriptions.remove(tenantId, subscriptionId);
      await stores.subscriptions.remove(tenantId, subscriptionId);
      expect(await stores.subscriptions.list(tenantId)).toEqual([]);
    });
  });

  describe('secret expiries', () => {
    it('hold one entry per tenant, the latest', async () => {
      const expiry: SecretExpiry = {
        tenantId,
        bundle: null,
        secretName: 'old',
        secretVersion: 'version-1',
        warned: [],
        clientId: 'c',
        secretId: null,
        expiresOn: null,
        endInGraph: null,
        refusedAt: null,
        state: 'unknown',
        checkedAt: 't',
      };
      await stores.secretExpiries.put(expiry);
      const newer: SecretExpiry = {
        ...expiry,
        secretName: 'new',
        expiresOn: '2027-01-01T00:00:00Z',
        state: 'valid',
      };
      await stores.secretExpiries.put(newer);
      const found = await listed((request) => stores.secretExpiries.list(request), 3);
      expect(found.filter((entry) => entry.tenantId === tenantId)).toEqual([newer]);
    });

    it('are saved by who read them last, and kept apart from those of consent applications', async () => {
      const expiry: SecretExpiry = {
        ...{ tenantId, bundle: null, secretName: 's', secretVersion: 'v', clientId: 'c', secretId: 'i' },
        ...{ expiresOn: '2027-01-01T00:00:00Z', endInGraph: '2027-01-01T00:00:00Z', state: 'expiring' },
        ...{ checkedAt: null, warned: [60, 30], refusedAt: '2026-12-31T00:00:00Z' },
      };
      const { secretExpiries } = stores;
      await secretExpiries.remove(tenantId);
      expect(await secretExpiries.get(tenantId)).toBeNull();
      await secretExpiries.save(expiry, null);
      await expect(secretExpiries.save(expiry, null)).rejects.toMatchObject({ kind: 'rowConflict' });
      const { value, tag } = (await secretExpiries.get(tenantId))!;
      expect(value).toEqual(expiry);
      const warned: SecretExpiry = { ...expiry, warned: [60, 30, 14] };
      await secretExpiries.save(warned, tag);
      await expect(secretExpiries.save(expiry, tag)).rejects.toMatchObject({ kind: 'rowConflict' });
      const consent: SecretExpiry = {
        ...expiry,
        tenantId: null,
        bundle: 'near-real-time',
        secretVersion: null,
      };
      await secretExpiries.put(consent);
      expect((await secretExpiries.get(tenantId))?.value).toEqual(warned);
      expect((await secretExpiries.get('consent-near-real-time-c'))?.value).toEqual(consent);
    });
  });

  describe('dead letters', () => {
    const letterOf = (values: Partial<DeadLetter> = {}): DeadLetter => ({
      tenantId,
      id: randomUUID(),
      kind: 'job',
      reason: 'unknown version',
      body: '"é\n'.repeat(5_333),
      messageId: null,
      setAsideAt: 't',
      ...values,
    });

    it('are listed for their tenant or for none, and over all', async () => {
      const letters = [
        letterOf(),
        letterOf({ messageId: 'm' }),
        letterOf({ tenantId: null, kind: 'element' }),
      ];
      for (const letter of letters) await stores.deadLetters.put(letter);
      await stores.deadLetters.put(letters[0]!);
      const byId = (found: readonly DeadLetter[]): DeadLetter[] =>
        letters.filter(({ id }) => found.some((letter) => letter.id === id));
      const ofTenant = await listed((request) => stores.deadLetters.list(tenantId, request), 1);
      expect(ofTenant).toHaveLength(2);
      expect(byId(ofTenant)).toEqual(letters.slice(0, 2));
      const ofNobody = await listed((request) => stores.deadLetters.list(null, request), 2);
      expect(byId(ofNobody)).toEqual(letters.slice(2));
      const all = await listed((request) => stores.deadLetters.listAll(request), 2);
      expect(byId(all)).toEqual(letters);
    });

    it('are counted by tenant, those that name none left out', async () => {
      expect(await stores.deadLetters.count(tenantId)).toBe(0);
      const other = randomUUID();
      const letter = letterOf();
      for (const each of [letter, letterOf(), letterOf({ tenantId: other }), letterOf({ tenantId: null })])
        await stores.deadLetters.put(each);
      expect(await stores.deadLetters.count(tenantId)).toBe(2);
      const counts = await stores.deadLetters.countAll();
      expect([counts.get(tenantId), counts.get(other), counts.get('unknown')]).toEqual([2, 1, undefined]);
      await stores.deadLetters.remove(letter);
      expect(await stores.deadLetters.count(tenantId)).toBe(1);
    });

    it('are found by id and removed', async () => {
      const letter = letterOf({ tenantId: null });
      await stores.deadLetters.put(letterOf());
      await stores.deadLetters.put(letter);
      expect(await stores.deadLetters.find(letter.id)).toEqual(letter);
      await stores.deadLetters.remove(letter);
      await stores.deadLetters.remove(letter);
      expect(await stores.deadLetters.find(letter.id)).toBeNull();
    });
  });
}
