import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from '../mutants/mutants.js';

/** Within this the short histories have to notice a fault. */
const WITHIN_MS = 120_000;

/** Runs the histories with that fault planted; answers whether they failed in time. */
function isNoticed(number: number): Promise<boolean> {
  const child = spawn('npx', ['vitest', 'run', '--config', 'vitest.mutants.config.ts'], {
    env: { ...process.env, MUTANT: String(number) },
    timeout: WITHIN_MS,
    stdio: 'ignore',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code !== null && code !== 0);
    });
  });
}

const all = MUTANTS.map(({ fault }, number) => ({ fault, number }));
const chosen = process.env['MUTANTS']?.split(',').map(Number) ?? all.map(({ number }) => number);

describe('the short histories notice within two minutes', () => {
  it.each(all.filter(({ number }) => chosen.includes(number)))(
    'that $fault ($number)',
    async ({ number }) => {
      expect(await isNoticed(number)).toBe(true);
    },
  );
});
