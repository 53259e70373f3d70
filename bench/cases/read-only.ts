import type { BenchStack } from '../bench-stack.js';
import { runProgram } from '../child-process.js';
import type { Figure } from '../result-table.js';
import { withCommas } from '../sizes.js';

interface Reading {
  readonly elements: number;
  readonly seconds: number;
  readonly peakMib: number | null;
}

/** B2: the same read without storing, by a process of its own. */
export async function readOnlyFigures(bench: BenchStack): Promise<Figure[]> {
  await bench.control.resetCounts(bench.tenantId);
  const reading = (await runProgram(new URL('../read-only-process.js', import.meta.url), {
    PATH: process.env['PATH'] ?? '',
    ...bench.stack.settings,
    BENCH_TENANT: bench.tenantId,
  })) as Reading;
  const counts = await bench.control.requestCounts(bench.tenantId);
  const shown = (what: string, ours: string): Figure => ({
    case: 'B2',
    what,
    ours,
    reference: 'peer: not measured yet',
    measured: null,
    limit: null,
    goal: '',
  });
  return [
    shown('read without storing, wall', `${reading.seconds.toFixed(1)} s`),
    shown('peak memory', reading.peakMib === null ? '-' : `${withCommas(reading.peakMib)} MiB`),
    shown('requests', withCommas(counts.requests)),
    shown('resource units', withCommas(counts.resourceUnits)),
  ];
}
