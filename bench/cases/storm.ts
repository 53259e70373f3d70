import { setTimeout as delay } from 'node:timers/promises';
import { runProgram } from '../child-process.js';
import { NotifiedTenants, until } from '../notified-tenants.js';
import type { BenchOptions } from '../options.js';
import { quantile } from '../quantile.js';
import type { Figure } from '../result-table.js';
import { withCommas, type StormSize } from '../sizes.js';

const PER_REQUEST = 20;
const USERS = 5;
const MOST_P99_MS = 250;
const WINDOW_MS = 2_000;
const TRAILING_MS = [20_000, 120_000];
const AFTER = 'Changed in the storm';
const CHANGING_SHARE = 0.75;

interface StormResult {
  readonly times: readonly number[];
  readonly failures: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** B7: many notifications over many tenants; while they come every tenant changes once, unannounced but for them. */
export async function stormFigures({ sizes, latencyMs }: BenchOptions): Promise<Figure[]> {
  const { storm } = sizes;
  const tenants = await NotifiedTenants.open(storm.tenants, USERS, latencyMs);
  try {
    for (const tenantId of tenants.tenantIds) {
      await tenants.control.setNotificationFaults(tenantId, { drop: 1 });
      await tenants.control.resetCounts(tenantId);
    }
    const [result] = await Promise.all([storming(tenants, storm), changing(tenants, storm)]);
    const calmAt = performance.now();
    const lost = await lostChanges(tenants);
    return figuresOf(storm, result, {
      lost,
      lateSeconds: (performance.now() - calmAt) / 1_000,
      reads: await readsOf(tenants),
    });
  } finally {
    await tenants.close();
  }
}

async function storming(tenants: NotifiedTenants, storm: StormSize): Promise<StormResult> {
  const targets = [];
  for (const tenantId of tenants.tenantIds) {
    for (const { id, clientState, resource } of await tenants.control.subscriptions(tenantId))
      targets.push({ tenantId, subscriptionId: id, clientState, resource });
  }
  const { notifications, seconds } = storm;
  const told = { url: tenants.webhookUrl, targets, notifications, seconds, perRequest: PER_REQUEST };
  return (await runProgram(new URL('../storm-process.js', import.meta.url), {
    PATH: process.env['PATH'] ?? '',
    BENCH_STORM: JSON.stringify(told),
  })) as StormResult;
}

/** Each tenant once, evenly over the first three quarters, so that notifications follow each change. */
async function changing(tenants: NotifiedTenants, { seconds }: StormSize): Promise<void> {
  const pauseMs = (seconds * 1_000 * CHANGING_SHARE) / tenants.tenantIds.length;
  for (const tenantId of tenants.tenantIds) {
    await tenants.move(tenantId, 0, AFTER);
    await delay(pauseMs);
  }
}

async function lostChanges(tenants: NotifiedTenants): Promise<number> {
  const waiting = new Set(tenants.tenantIds);
  await until(async () => {
    for (const tenantId of waiting)
      if ((await tenants.departmentOf(tenantId, 0)) === AFTER) waiting.delete(tenantId);
    return waiting.size === 0;
  }).catch(() => undefined);
  return waiting.size;
}

/** Each job that had something to do asked Graph once: those that a read served already cost nothing. */
async function readsOf({ control, tenantIds }: NotifiedTenants): Promise<number> {
  let reads = 0;
  for (const tenantId of tenantIds) {
    const { byTemplate } = await control.requestCounts(tenantId);
    for (const [template, count] of Object.entries(byTemplate))
      if (template.endsWith('/delta')) reads += count;
  }
  return reads;
}

function figuresOf(
  storm: StormSize,
  { times, failures, seconds }: StormResult,
  {
    lost,
    lateSeconds,
    reads,
  }: { readonly lost: number; readonly lateSeconds: number; readonly reads: number },
): Figure[] {
  const p99 = quantile(times, 0.99);
  const refused = Object.entries(failures).map(([status, count]) => `${count} × ${status}`);
  const answered = `${withCommas(times.length)} requests of ${PER_REQUEST}${refused.length > 0 ? `, ${refused.join(', ')}` : ''}`;
  const windows = (milliseconds: number): number => Math.ceil((seconds * 1_000) / milliseconds) + 1;
  const most = [WINDOW_MS, ...TRAILING_MS].reduce((sum, length) => sum + windows(length), 0);
  const perResource = reads / (storm.tenants * 2);
  const common = { case: 'B7', reference: '-' } as const;
  const sent = `${withCommas(storm.notifications)} notifications, ${storm.tenants} tenants, ${seconds.toFixed(0)} s`;
  return [
    {
      ...common,
      ...{
        what: `${sent}: webhook p99`,
        ours: `${Math.round(p99 ?? 0)} ms, p50 ${Math.round(quantile(times, 0.5) ?? 0)} ms`,
      },
      ...{ reference: answered, measured: p99, limit: MOST_P99_MS, goal: `< ${MOST_P99_MS} ms` },
    },
    {
      ...common,
      ...{
        what: 'reads per tenant and resource',
        ours: `${perResource.toFixed(1)}, ${withCommas(reads)} in all`,
      },
      ...{ reference: `${most} windows`, measured: perResource / most, limit: 1, goal: '<= 1 per window' },
    },
    {
      ...common,
      ...{ what: 'lost changes', ours: `${lost} of ${storm.tenants}` },
      ...{
        reference: `all there ${lateSeconds.toFixed(1)} s after the last request`,
        measured: lost,
        limit: 0,
        goal: '0',
      },
    },
  ];
}
