import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { VaultContents } from './secret-store.js';
import type { DeletedSecret, Secret } from './secret.js';

/** The file of a vault that keeps its secrets between runs; only its owner can read it. */
export interface VaultFile {
  load(): VaultContents;
  /** Returns once the contents would survive a kill. */
  save(contents: VaultContents): void;
}

export function vaultFileIn(folder: string): VaultFile {
  const file = join(folder, 'vault.json');
  return {
    load() {
      if (!existsSync(file)) return { live: new Map(), deleted: new Map() };
      const stored = JSON.parse(readFileSync(file, 'utf8')) as {
        live: [string, Secret][];
        deleted: [string, DeletedSecret][];
      };
      return { live: new Map(stored.live), deleted: new Map(stored.deleted) };
    },
    save({ live, deleted }) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const descriptor = openSync(`${file}.new`, 'w', 0o600);
      try {
        writeFileSync(descriptor, JSON.stringify({ live: [...live], deleted: [...deleted] }));
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(`${file}.new`, file);
    },
  };
}

/** A vault that forgets everything when its process ends. */
export const noVaultFile: VaultFile = {
  load: () => ({ live: new Map(), deleted: new Map() }),
  save: () => undefined,
};
