import type { BenchStack, MeasuredRun } from '../bench-stack.js';
import type { Figure } from '../result-table.js';
import { withCommas } from '../sizes.js';
import { measureWriteFloor } from '../write-floor.js';

/** The design's goal is 1.2 at the large size; a first baseline at the small one may take twice the floor. */
const MOST_OF_FLOOR = { small: 2, large: 1.2 };

/** B1: a first sync, which has been measured, against writing its rows and nothing else. */
export async function firstSyncFigures(
  bench: BenchStack,
  first: MeasuredRun,
  isLarge: boolean,
): Promise<Figure[]> {
  const floor = await measureWriteFloor(bench.stack, bench.tenantId);
  const limit = isLarge ? MOST_OF_FLOOR.large : MOST_OF_FLOOR.small;
  const rate = (seconds: number): string =>
    `${seconds.toFixed(1)} s, ${withCommas(floor.rows)} rows, ${withCommas(floor.rows / seconds)}/s`;
  return [
    {
      case: 'B1',
      what: 'first sync, wall',
      ours: rate(first.seconds),
      reference: `write floor: ${rate(floor.seconds)}`,
      measured: first.seconds / floor.seconds,
      limit,
      goal: `<= ${limit} x`,
    },
    {
      case: 'B1',
      what: 'CPU of the table service',
      ours: cpu(first.tablesCpuSeconds),
      reference: `write floor: ${cpu(floor.tablesCpuSeconds)}, ${withCommas(floor.transactions)} transactions`,
      measured: ratio(first.tablesCpuSeconds, floor.tablesCpuSeconds),
      limit: null,
      goal: '',
    },
  ];
}

function cpu(seconds: number | null): string {
  return seconds === null ? 'not told by this system' : `${seconds.toFixed(1)} s`;
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a / b;
}
