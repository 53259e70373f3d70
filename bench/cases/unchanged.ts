import type { BenchStack } from '../bench-stack.js';
import type { Figure } from '../result-table.js';
import { countWritten, DERIVED_TABLES, MIRROR_TABLES, takeSnapshot } from '../table-snapshot.js';

const RESOURCES = 2;

/** B4: a run although nothing changed. */
export async function unchangedFigures(bench: BenchStack): Promise<Figure[]> {
  const tables = [...MIRROR_TABLES, ...DERIVED_TABLES];
  const table = (name: string) => bench.clients.table(name);
  const before = await takeSnapshot(table, bench.tenantId, tables);
  const run = await bench.run();
  const written = countWritten(before, await takeSnapshot(table, bench.tenantId, tables));
  const none = { case: 'B4', reference: '-' } as const;
  return [
    {
      ...none,
      what: 'nothing changed: requests per resource',
      ours: `${run.requests} in all`,
      measured: run.requests / RESOURCES,
      limit: 1,
      goal: '<= 1',
    },
    { ...none, what: 'rows written', ours: String(written), measured: written, limit: 0, goal: '0' },
    { ...none, what: 'wall', ours: `${run.seconds.toFixed(2)} s`, measured: null, limit: null, goal: '' },
  ];
}
