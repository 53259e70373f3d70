import { defineConfig } from 'vitest/config';

/** Tests that share nothing but what they import: a worker loads the modules once, for all of their files. */
const IN_PROCESS = [
  'tests/shared/**/*.test.ts',
  'tests/functions/**/*.test.ts',
  'tests/local/graph/**/*.test.ts',
];
const CAMPAIGNS = 'tests/campaigns/**';

export default defineConfig({
  test: {
    // Long enough for a machine that does much else meanwhile: nothing is measured by them.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'in-process', include: IN_PROCESS, isolate: false } },
      {
        extends: true,
        test: { name: 'parts', include: ['tests/**/*.test.ts'], exclude: [...IN_PROCESS, CAMPAIGNS] },
      },
    ],
  },
});
