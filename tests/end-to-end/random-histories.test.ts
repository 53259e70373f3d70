import { randomInt } from 'node:crypto';
import { describe, it } from 'vitest';
import { playSideBySide } from './play-side-by-side.js';
import { Road } from './road.js';

const seed = Number(process.env['HISTORY_SEED'] ?? randomInt(2 ** 31));
const histories = Number(process.env['REAL_HISTORIES'] ?? 20);

describe('random histories on the real parts', () => {
  it(`leave every tenant equal to its directory, whatever is killed meanwhile (HISTORY_SEED=${seed})`, async () => {
    const road = await Road.open({
      hosts: 2,
      graph: { kind: 'emulator', settings: { deltaPageSize: 2, deltaMemberEntries: 2 } },
    });
    try {
      await playSideBySide(road, { seed, histories, killPauseMs: 1_500, quietWithinMs: 200_000 });
    } finally {
      await road.close();
    }
  });
});
