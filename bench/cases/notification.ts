import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../../local/graph/random.js';
import { NotifiedTenants, until } from '../notified-tenants.js';
import type { BenchOptions } from '../options.js';
import { quantile } from '../quantile.js';
import type { Figure } from '../result-table.js';

const USERS = 200;
const SEED = 6;
/** The defaults of COALESCING_WINDOW_MS and of twice COALESCING_SKEW_MS. */
const WINDOW_MS = 2_000;
const GUARD_MS = 400;
const WORK_MS = 1_000;
/** Anywhere in a window. */
const LONGEST_PAUSE_MS = 4_000;
const LOOK_EVERY_MS = 20;

/** B6: one change after the other at random instants, until the API shows it. */
export async function notificationFigures({ sizes, latencyMs }: BenchOptions): Promise<Figure[]> {
  const tenants = await NotifiedTenants.open(1, USERS, latencyMs);
  try {
    const times = await tenants.whileStackServes(() => measured(tenants, sizes.changes));
    const [p50, p95] = [quantile(times, 0.5), quantile(times, 0.95)];
    const reference = `window ${WINDOW_MS} ms, guard ${GUARD_MS} ms`;
    const limit = WINDOW_MS + GUARD_MS + WORK_MS;
    const text = (milliseconds: number | null): string => `${Math.round(milliseconds ?? 0)} ms`;
    return [
      {
        ...{ case: 'B6', what: 'change in the directory to the mirror, p50', ours: text(p50), reference },
        ...{ measured: null, limit: null, goal: '' },
      },
      {
        ...{ case: 'B6', what: `p95 of ${times.length} changes`, ours: text(p95), reference },
        ...{ measured: p95, limit, goal: `<= ${limit} ms` },
      },
    ];
  } finally {
    await tenants.close();
  }
}

async function measured(tenants: NotifiedTenants, changes: number): Promise<number[]> {
  const random = new Random(SEED);
  const [tenantId = ''] = tenants.tenantIds;
  const times: number[] = [];
  for (let n = 0; n < changes; n += 1) {
    await delay(random.next() * LONGEST_PAUSE_MS);
    const department = `Change ${n}`;
    const begin = performance.now();
    await tenants.move(tenantId, n % USERS, department);
    await until(async () => (await tenants.departmentOf(tenantId, n % USERS)) === department, LOOK_EVERY_MS);
    times.push(performance.now() - begin);
  }
  return times;
}
