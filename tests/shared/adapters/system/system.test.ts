import { describe, expect, it } from 'vitest';

import { sha256ClientStates } from '../../../../shared/adapters/system/client-state-hasher.js';
import { systemChance } from '../../../../shared/adapters/system/system-chance.js';
import { systemClock } from '../../../../shared/adapters/system/system-clock.js';

describe('the client state', () => {
  it('is kept as its SHA-256', () => {
    expect(sha256ClientStates.hash('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('is compared by its fingerprint, of whatever length', () => {
    const fingerprint = sha256ClientStates.hash('abc');
    expect(sha256ClientStates.equal(fingerprint, sha256ClientStates.hash('abc'))).toBe(true);
    expect(sha256ClientStates.equal(fingerprint, sha256ClientStates.hash('abd'))).toBe(false);
    expect(sha256ClientStates.equal(fingerprint, '')).toBe(false);
    expect(sha256ClientStates.equal(fingerprint, fingerprint.slice(0, 32))).toBe(false);
  });
});

describe('chance', () => {
  it('gives ids and tokens of the promised form, never twice the same', () => {
    const ids = Array.from({ length: 100 }, () => systemChance.newId());
    const tokens = Array.from({ length: 100 }, () => systemChance.newToken());
    expect(new Set([...ids, ...tokens]).size).toBe(200);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
  });

  it('gives fractions from 0 to below 1', () => {
    const fraction = systemChance.fraction();
    expect(fraction).toBeGreaterThanOrEqual(0);
    expect(fraction).toBeLessThan(1);
  });
});

describe('the clock', () => {
  it('tells the time, and never goes back while it waits', async () => {
    const before = systemClock.monotonic();
    await systemClock.wait(5);
    expect(systemClock.monotonic() - before).toBeGreaterThanOrEqual(4);
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
    await systemClock.wait(-1);
  });
});
