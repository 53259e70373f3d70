import type { BenchStack, MeasuredRun } from '../bench-stack.js';
import { changeShare } from '../change-share.js';
import { countChanges, readDirectoryState } from '../directory-difference.js';
import { MEASURED_SETUP, startPeopleSetup } from '../people-setup.js';
import type { Figure } from '../result-table.js';
import {
  countWritten,
  DERIVED_TABLES,
  MIRROR_TABLES,
  takeProductSnapshot,
  takeSnapshot,
} from '../table-snapshot.js';

const MOST_ROWS_PER_PERSON = 6;
const MOST_WALL_OF_FIRST = 0.02;

/** B3 with people: first everybody becomes a person, then a hundredth of users and memberships changes. */
export async function peopleFigures(bench: BenchStack, first: MeasuredRun): Promise<Figure[]> {
  const { api, tenantId, control } = bench;
  const table = (name: string) => bench.clients.table(name);
  const before = await readDirectoryState(control.truthRows(tenantId));
  const groupIds = [...new Set([...before.edges].map((edge) => edge.split(' ')[0] ?? ''))];
  await startPeopleSetup(api, tenantId, groupIds);
  const started = await bench.run();
  const mirror = await takeSnapshot(table, tenantId, [...MIRROR_TABLES, ...DERIVED_TABLES]);
  const product = await takeProductSnapshot(table, tenantId, MEASURED_SETUP);

  await changeShare(bench, before);
  const changes = countChanges(before, await readDirectoryState(control.truthRows(tenantId)));
  const run = await bench.run();
  const mirrorAfter = await takeSnapshot(table, tenantId, [...MIRROR_TABLES, ...DERIVED_TABLES]);
  const productAfter = await takeProductSnapshot(table, tenantId, MEASURED_SETUP);
  const people = countWritten(product.people, productAfter.people);
  const rows = people + countWritten(product.others, productAfter.others);
  return [
    {
      case: 'B3',
      what: 'everybody becomes a person: wall',
      ours: `${started.seconds.toFixed(1)} s, ${product.people.size} people, ${product.others.size} other rows, ${started.requests} requests`,
      reference: `B1: ${first.seconds.toFixed(1)} s`,
      measured: started.seconds / first.seconds,
      limit: null,
      goal: '',
    },
    {
      case: 'B3',
      what: 'with people: product rows per changed person',
      ours: `${rows} rows, and ${countWritten(mirror, mirrorAfter)} of the mirror and its counts`,
      reference: `${people} people; ${changes.users} users, ${changes.edges} memberships changed`,
      measured: rows / people,
      limit: MOST_ROWS_PER_PERSON,
      goal: `<= ${MOST_ROWS_PER_PERSON}`,
    },
    {
      case: 'B3',
      what: 'with people: wall',
      ours: `${run.seconds.toFixed(2)} s, ${run.requests} requests`,
      reference: `B1: ${first.seconds.toFixed(1)} s`,
      measured: run.seconds / first.seconds,
      limit: MOST_WALL_OF_FIRST,
      goal: `<= ${MOST_WALL_OF_FIRST} x`,
    },
  ];
}
