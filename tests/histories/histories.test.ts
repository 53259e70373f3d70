import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { history } from './arbitraries.js';
import { expected, mirrored } from './compare.js';
import { play } from './play.js';
import { TENANT_ID, World } from './world.js';

const runs = Number(process.env['HISTORIES'] ?? 500);
const seed = process.env['HISTORY_SEED'];

describe('any history of a directory', () => {
  it('leaves the mirror equal to the directory, and every mark consumed', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(history, async (told) => {
        const world = new World();
        try {
          await play(world, told);
          const tenant = await world.stores.tenants.get(TENANT_ID);
          const scope = { tenantId: TENANT_ID, bucketCount: tenant?.value.bucketCount ?? 0 };
          expect(await mirrored(world.stores, scope)).toEqual(
            expected(await world.emulator.truth(TENANT_ID)),
          );
          expect(await world.stores.marks.list(TENANT_ID, 10)).toEqual([]);
          expect(await world.emulator.violations()).toEqual([]);
        } catch (failure) {
          throw new Error(`${String(failure)}\n${world.lines.slice(-30).join('\n')}`, { cause: failure });
        } finally {
          await world.close();
        }
      }),
      { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
  });
});
