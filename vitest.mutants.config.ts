import { defineConfig, type Plugin } from 'vitest/config';
import { MUTANTS } from './tests/mutants/mutants.js';

/** Which fault is planted; without one, each is planted in turn by a run of its own. */
const number = process.env['MUTANT'];
const mutant = number === undefined ? undefined : MUTANTS[Number(number)];

const plantFault: Plugin = {
  name: 'plant-fault',
  enforce: 'pre',
  transform: (code, id) =>
    mutant !== undefined && id.endsWith(mutant.file) ? code.replace(mutant.text, () => mutant.instead) : null,
};

export default defineConfig({
  plugins: [plantFault],
  test: {
    include: [number === undefined ? 'tests/campaigns/mutants.test.ts' : 'tests/histories/*.test.ts'],
    // Fewer than usual of each kind: all of them have to end within two minutes.
    env: { LIVES: '60', HISTORIES: '100', PEOPLE_HISTORIES: '60' },
    testTimeout: 240_000,
    maxWorkers: 2,
    bail: number === undefined ? 0 : 1,
  },
});
