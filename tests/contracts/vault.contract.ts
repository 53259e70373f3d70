import { inspect } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Secret } from '../../shared/core/secret.js';
import type { Vault } from '../../shared/ports/vault.js';

export interface VaultBench {
  readonly vault: Vault & { readSecret(name: string): Promise<Secret> };
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
      const secret = await bench.vault.readSecret('tenant-a');
      expect(secret.reveal()).toBe('Pässword~1');
      expect(inspect(secret, { showHidden: true })).not.toContain('ssword');
      expect(await bench.vault.expiryOf('tenant-a')).toBe(expiresOn);
    });

    it('discards a secret that nothing refers to, and one that is not there', async () => {
      await bench.vault.save('tenant-z', new Secret('x'), { expiresOn: null, tags: {} });
      await bench.vault.discard('tenant-z');
      expect(await failureOf(bench.vault.readSecret('tenant-z'))).toMatchObject({ kind: 'notFound' });
      await bench.vault.discard('tenant-z');
    });

    it('keeps a value without a date', async () => {
      await bench.vault.save('tenant-b', new Secret('x'), { expiresOn: null, tags: {} });
      expect(await bench.vault.expiryOf('tenant-b')).toBeNull();
    });

    it('answers with the newest value', async () => {
      await bench.vault.save('tenant-c', new Secret('old'), { expiresOn: '2026-01-01T00:00:00Z', tags: {} });
      await bench.vault.save('tenant-c', new Secret('new'), { expiresOn: null, tags: {} });
      expect((await bench.vault.readSecret('tenant-c')).reveal()).toBe('new');
      expect(await bench.vault.expiryOf('tenant-c')).toBeNull();
    });

    it('says NotFound of a name it does not have', async () => {
      expect(await failureOf(bench.vault.expiryOf('nobody'))).toMatchObject({ kind: 'notFound' });
      expect(await failureOf(bench.vault.readSecret('nobody'))).toMatchObject({ kind: 'notFound' });
    });
  });
}
