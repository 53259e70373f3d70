import { randomInt } from 'node:crypto';
import { describe, it } from 'vitest';
import { playSideBySide } from '../end-to-end/play-side-by-side.js';
import { Road } from '../end-to-end/road.js';

const rounds = Number(process.env['REAL_ROUNDS'] ?? 5);
const histories = Number(process.env['REAL_HISTORIES'] ?? 20);
const givenSeed = process.env['HISTORY_SEED'];
const seeds =
  givenSeed === undefined ? Array.from({ length: rounds }, () => randomInt(2 ** 31)) : [Number(givenSeed)];

const smallPages = { deltaPageSize: 2, deltaMemberEntries: 2 };

/** Retries up to 15 minutes apart and trailing checks of minutes are part of the default settings. */
const worlds = [
  { name: 'with short settings', options: {}, killPauseMs: 1_500, quietWithinMs: 120_000 },
  {
    name: 'by default settings',
    options: { settings: {}, lockDurationMs: 30_000 },
    killPauseMs: 20_000,
    quietWithinMs: 3_000_000,
  },
];

describe.each(worlds)('random histories on the real parts, $name', (world) => {
  it.each(seeds)('leave every tenant equal to its directory (HISTORY_SEED=%i)', async (seed) => {
    const graph = { kind: 'emulator', settings: smallPages } as const;
    const road = await Road.open({ hosts: 2, graph, ...world.options });
    try {
      await playSideBySide(road, { seed, histories, ...world });
    } finally {
      await road.close();
    }
  });
});
