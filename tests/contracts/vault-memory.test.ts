import { MemoryVault } from '../fakes/memory-vault.js';
import { vaultContract } from './vault.contract.js';

let now = Date.parse('2026-05-04T10:00:00Z');

vaultContract('the vault in memory', async () => ({
  vault: new MemoryVault({ now: () => now }),
  later: async () => {
    now += 1_000;
  },
  close: async () => undefined,
}));
