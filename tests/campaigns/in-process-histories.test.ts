import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { history, type History } from '../histories/arbitraries.js';
import { expected, mirrored } from '../histories/compare.js';
import { play } from '../histories/play.js';
import { QUICK, TENANT_ID, World } from '../histories/world.js';

const histories = Number(process.env['HISTORIES'] ?? 5_000);
const givenSeed = process.env['HISTORY_SEED'];

/** Histories of one seed: small enough that one that fails is soon found again by its seed. */
const perSeed = 250;
const seeds =
  givenSeed === undefined
    ? Array.from({ length: Math.ceil(histories / perSeed) }, () => randomInt(2 ** 31))
    : [Number(givenSeed)];

/** As the product is deployed: chunks of thousands, pages as large as Graph's. */
const byDefault = { ...QUICK, chunk: { objects: 2_000, references: 5_000, milliseconds: 5_000 } };
const worlds = [
  { name: 'on small pages and chunks', open: () => new World() },
  {
    name: 'by default settings',
    open: () => new World(byDefault, { deltaPageSize: 200, deltaMemberEntries: 500 }),
  },
];

async function holds(world: World, told: History): Promise<void> {
  try {
    await play(world, told);
    const tenant = await world.stores.tenants.get(TENANT_ID);
    const scope = { tenantId: TENANT_ID, bucketCount: tenant?.value.bucketCount ?? 0 };
    expect(await mirrored(world.stores, scope)).toEqual(expected(await world.emulator.truth(TENANT_ID)));
    expect(await world.stores.marks.list(TENANT_ID, 10)).toEqual([]);
    expect(await world.emulator.violations()).toEqual([]);
  } catch (failure) {
    throw new Error(`${String(failure)}\n${world.lines.slice(-30).join('\n')}`, { cause: failure });
  } finally {
    await world.close();
  }
}

describe.each(worlds)('any history of a directory, in process, $name', ({ open }) => {
  it.each(seeds)(`leaves the mirror equal to the directory (HISTORY_SEED=%i)`, async (seed) => {
    const property = fc.asyncProperty(history, (told) => holds(open(), told));
    await fc.assert(property, { seed, numRuns: Math.min(perSeed, histories) });
  });
});
