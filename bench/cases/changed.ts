import type { BenchStack, MeasuredRun } from '../bench-stack.js';
import { changeShare } from '../change-share.js';
import { countChanges, readDirectoryState } from '../directory-difference.js';
import type { Figure } from '../result-table.js';
import { countWritten, DERIVED_TABLES, MIRROR_TABLES, takeSnapshot } from '../table-snapshot.js';

const USERS_PER_PAGE = 200;
const EDGES_PER_PAGE = 500;
const OTHER_REQUESTS = 4;
const MOST_WALL_OF_FIRST = 0.02;

/** B3: a hundredth of the users and of the memberships changed, then a run. */
export async function changedFigures(bench: BenchStack, first: MeasuredRun): Promise<Figure[]> {
  const table = (name: string) => bench.clients.table(name);
  const before = await readDirectoryState(bench.control.truthRows(bench.tenantId));
  const mirror = await takeSnapshot(table, bench.tenantId, MIRROR_TABLES);
  const derived = await takeSnapshot(table, bench.tenantId, DERIVED_TABLES);
  await changeShare(bench, before);
  const changes = countChanges(before, await readDirectoryState(bench.control.truthRows(bench.tenantId)));
  const run = await bench.run();
  const rows = countWritten(mirror, await takeSnapshot(table, bench.tenantId, MIRROR_TABLES));
  const counts = countWritten(derived, await takeSnapshot(table, bench.tenantId, DERIVED_TABLES));
  const mostRequests =
    Math.ceil(changes.users / USERS_PER_PAGE) + Math.ceil(changes.edges / EDGES_PER_PAGE) + OTHER_REQUESTS;
  const changed = changes.users + changes.edges;
  return [
    {
      case: 'B3',
      what: '1 % changed: requests',
      ours: `${run.requests}: ${describeRequests(run)}`,
      reference: `${changes.users} users, ${changes.edges} memberships changed`,
      measured: run.requests,
      limit: mostRequests,
      goal: `<= ${mostRequests}`,
    },
    {
      case: 'B3',
      what: 'mirror rows per change',
      ours: `${rows} rows, and ${counts} counts of groups`,
      reference: `${changed} changes`,
      measured: rows / changed,
      limit: 2,
      goal: '<= 2',
    },
    {
      case: 'B3',
      what: 'wall',
      ours: `${run.seconds.toFixed(2)} s`,
      reference: `B1: ${first.seconds.toFixed(1)} s`,
      measured: run.seconds / first.seconds,
      limit: MOST_WALL_OF_FIRST,
      goal: `<= ${MOST_WALL_OF_FIRST} x`,
    },
  ];
}

function describeRequests({ byTemplate }: MeasuredRun): string {
  return Object.entries(byTemplate)
    .map(([template, count]) => `${template.replace('GET ', '')} ${count}`)
    .join(', ');
}
