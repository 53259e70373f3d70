import { inspect } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Secret } from '../../shared/core/secret.js';
import type { Vault } from '../../shared/ports/vault.js';

export interface VaultBench {
  readonly vault: Vault & { readSecret(name: string, version: string | null): Promise<Secret> };
  /** Until the vault's clock of whole seconds has gone on. */
  later(): Promise<void>;
  close(): Promise<void>;
}

/** What every Vault does. */
export function vaultContract(name: string, open: () => Promise<VaultBench>): void {
  let bench: VaultBench;
  beforeAll(async () => {
    bench = await open();
  });
  afterAll(async () => {
    await bench.close();
  });

  const failureOf = (attempt: Promise<unknown>): Promise<unknown> =>
    attempt.then(
      () => 'no failure',
      (error: unknown) => error,
    );

  describe(name, () => {
    it('keeps a value with its date, and gives it out as a Secret', async () => {
      const expiresOn = '2027-03-01T10:00:00.000Z';
      await bench.vault.save('tenant-a', new Secret('Pässword~1'), { expiresOn, tags: { tenantId: 'a' } });
      const secret = await bench.vault.readSecret('tenant-a', null);
      expect(secret.reveal()).toBe('Pässword~1');
      expect(inspect(secret, { showHidden: true })).not.toContain('ssword');
      expect(await bench.vault.expiryOf('tenant-a', null)).toMatchObject({ expiresOn });
    });

    it('discards a secret that nothing refers to, and one that is not there', async () => {
      await bench.vault.save('tenant-z', new Secret('x'), { expiresOn: null, tags: {} });
      await bench.vault.discard('tenant-z');
      expect(await failureOf(bench.vault.readSecret('tenant-z', null))).toMatchObject({ kind: 'notFound' });
      await bench.vault.discard('tenant-z');
    });

    it('refuses a name that a deleted secret still takes', async () => {
      const save = (): Promise<string> =>
        bench.vault.save('tenant-y', new Secret('x'), { expiresOn: null, tags: {} });
      await save();
      await bench.vault.discard('tenant-y');
      expect(await failureOf(save())).toMatchObject({ kind: 'requestRefused', status: 409 });
    });

    it('keeps a value without a date', async () => {
      await bench.vault.save('tenant-b', new Secret('x'), { expiresOn: null, tags: {} });
      expect(await bench.vault.expiryOf('tenant-b', null)).toMatchObject({ expiresOn: null });
    });

    it('answers with the newest value', async () => {
      await bench.vault.save('tenant-c', new Secret('old'), { expiresOn: '2026-01-01T00:00:00Z', tags: {} });
      await bench.vault.save('tenant-c', new Secret('new'), { expiresOn: null, tags: {} });
      expect((await bench.vault.readSecret('tenant-c', null)).reveal()).toBe('new');
      expect(await bench.vault.expiryOf('tenant-c', null)).toMatchObject({ expiresOn: null });
    });

    it('gives out exactly the version that is asked for, with its own date', async () => {
      const { vault } = bench;
      const expiresOn = '2027-03-01T10:00:00.000Z';
      const first = await vault.save('tenant-d', new Secret('first'), { expiresOn, tags: {} });
      const second = await vault.save('tenant-d', new Secret('second'), { expiresOn: null, tags: {} });
      expect(first).not.toBe(second);
      expect((await vault.readSecret('tenant-d', first)).reveal()).toBe('first');
      expect((await vault.readSecret('tenant-d', second)).reveal()).toBe('second');
      expect(await vault.expiryOf('tenant-d', first)).toEqual({ version: first, expiresOn });
      expect(await vault.expiryOf('tenant-d', null)).toEqual({ version: second, expiresOn: null });
    });

    it('gives no value of a version that was disabled, which leaves the others alone', async () => {
      const { vault } = bench;
      const old = await vault.save('tenant-e', new Secret('old'), { expiresOn: null, tags: {} });
      const kept = await vault.save('tenant-e', new Secret('kept'), { expiresOn: null, tags: {} });
      await vault.disable('tenant-e', old);
      await vault.disable('tenant-e', old);
      expect(await failureOf(vault.readSecret('tenant-e', old))).toMatchObject({ kind: 'notFound' });
      expect(await failureOf(vault.expiryOf('tenant-e', old))).toMatchObject({ kind: 'notFound' });
      expect((await vault.readSecret('tenant-e', kept)).reveal()).toBe('kept');
      await vault.disable('tenant-e', kept);
      expect(await failureOf(vault.readSecret('tenant-e', null))).toMatchObject({ kind: 'notFound' });
      await vault.disable('nobody', old);
    });

    it('lists the usable versions made before one', async () => {
      const { vault } = bench;
      const save = (value: string) =>
        vault.save('tenant-f', new Secret(value), { expiresOn: null, tags: {} });
      const [first, second] = [await save('1'), await save('2')];
      await bench.later();
      const third = await save('3');
      await bench.later();
      await save('4');
      expect([...(await vault.versionsBefore('tenant-f', third))].sort()).toEqual([first, second].sort());
      await vault.disable('tenant-f', first);
      expect(await vault.versionsBefore('tenant-f', third)).toEqual([second]);
      expect(await vault.versionsBefore('tenant-f', first)).toEqual([]);
    });

    it('says NotFound of a name it does not have', async () => {
      expect(await failureOf(bench.vault.expiryOf('nobody', null))).toMatchObject({ kind: 'notFound' });
      expect(await failureOf(bench.vault.readSecret('nobody', null))).toMatchObject({ kind: 'notFound' });
    });
  });
}
