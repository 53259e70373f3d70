import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { isSlow, steps } from './life/events.js';
import { expectRight } from './life/at-rest.js';
import { Life } from './life/life.js';
import { QUICK, World } from './world.js';

const runs = Number(process.env['LIVES'] ?? 15);
/** Whether a failure alone counts, and not the smallest that shows it. */
const isHunting = process.env['MUTANT'] !== undefined;
const seed = Number(process.env['HISTORY_SEED'] ?? randomInt(2 ** 31));

describe('any life of a tenant', () => {
  it(
    `is right after every step, whatever goes wrong (HISTORY_SEED=${seed})`,
    { timeout: 3_600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(steps, isSlow, async (all, slow) => {
          const world = new World(slow ? { ...QUICK, jobBudgetMs: 2_000 } : QUICK);
          let done = 0;
          try {
            const life = new Life(world, slow ? 20 : 0);
            await life.begin();
            await expectRight(world);
            for (const step of all) {
              await life.step(step, () => expectRight(world));
              done += 1;
            }
          } catch (failure) {
            const lines = world.lines.slice(-20).join('\n');
            throw new Error(`after step ${done}: ${String(failure)}\n${lines}`, { cause: failure });
          } finally {
            await world.close();
          }
        }),
        { numRuns: runs, seed, endOnFailure: isHunting },
      );
    },
  );
});
