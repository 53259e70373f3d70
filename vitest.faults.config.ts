import { defineConfig } from 'vitest/config';

/** The long campaign: random histories with many seeds, the settings at their defaults. */
export default defineConfig({
  test: {
    include: ['tests/campaigns/**/*.test.ts', 'tests/histories/life.test.ts'],
    env: { LIVES: process.env['LIVES'] ?? '1000' },
    // Of their own: npm run test:mutants.
    exclude: ['tests/campaigns/mutants.test.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
