import { BenchStack } from '../bench-stack.js';
import type { BenchOptions } from '../options.js';
import type { Figure } from '../result-table.js';
import { describeSize } from '../sizes.js';

const MOST_GROWTH = 1.3;

/** The worker's peak memory after a first sync, against that of a directory of a tenth of the size. */
export async function memoryFigures(peak: number | null, options: BenchOptions): Promise<Figure[]> {
  const { main, small } = options.sizes;
  const bench = await BenchStack.open(small, options);
  try {
    await bench.run();
    const reference = await bench.peakMemory();
    return [
      {
        case: 'memory',
        what: 'worker peak after first sync',
        ours: describe(peak),
        reference: `${describe(reference)} at ${describeSize(small)}`,
        measured: peak === null || reference === null ? null : peak / reference,
        limit: MOST_GROWTH,
        goal: `<= ${MOST_GROWTH} x (${main.users / small.users} x the users)`,
      },
    ];
  } finally {
    await bench.close();
  }
}

function describe(mib: number | null): string {
  return mib === null ? 'not told by this system' : `${mib.toFixed(0)} MiB`;
}
