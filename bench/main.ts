import { BenchStack } from './bench-stack.js';
import { changedFigures } from './cases/changed.js';
import { deriveFigures } from './cases/derive.js';
import { firstSyncFigures } from './cases/first-sync.js';
import { memoryFigures } from './cases/memory.js';
import { notificationFigures } from './cases/notification.js';
import { peopleFigures } from './cases/people.js';
import { readOnlyFigures } from './cases/read-only.js';
import { stormFigures } from './cases/storm.js';
import { unchangedFigures } from './cases/unchanged.js';
import { readBenchOptions, usage, UsageError, type BenchOptions, type CaseName } from './options.js';
import { formatFigures, summarize, type Figure } from './result-table.js';
import { describeSize, LARGE_RUN } from './sizes.js';

/** Characters of a message that have room in the table. */
const WIDEST = 100;

/**
 * `npm run bench`: measures the product on the local stack and prints one table. It succeeds although goals are
 * missed: what it says depends on the machine and on what else runs there.
 */
async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) return 0;
  console.error(`Directory: ${describeSize(options.sizes.main)}; ${options.latencyMs} ms per Graph request.`);
  const figures = await measure(options);
  console.log(`\n${formatFigures(figures)}\n\n${summarize(figures)}`);
  return 0;
}

/** Cases that have a stack of their own, or none. */
const WITHOUT_FIRST_SYNC: ReadonlySet<CaseName> = new Set(['B6', 'B7', 'B10']);

async function measure(options: BenchOptions): Promise<Figure[]> {
  const { cases } = options;
  const figures: Figure[] = [];
  const add = async (name: CaseName, more: Promise<Figure[]>): Promise<void> => {
    const measured = await more.catch((error: unknown) => [notMeasured(name, error)]);
    for (const { what, ours, reference } of measured)
      console.error(`${name} ${what}: ${ours} (${reference})`);
    figures.push(...measured);
  };
  if (cases.has('B10')) await add('B10', deriveFigures());
  if (cases.has('B6')) await add('B6', notificationFigures(options));
  if (cases.has('B7')) await add('B7', stormFigures(options));
  if ([...cases].every((name) => WITHOUT_FIRST_SYNC.has(name))) return figures;
  let peak: number | null = null;
  const bench = await BenchStack.open(options.sizes.main, options);
  try {
    const first = await bench.run();
    peak = await bench.peakMemory();
    console.error(`First sync: ${first.seconds.toFixed(1)} s, ${first.requests} requests`);
    if (cases.has('B1')) await add('B1', firstSyncFigures(bench, first, options.sizes === LARGE_RUN));
    if (cases.has('B2')) await add('B2', readOnlyFigures(bench));
    if (cases.has('B4')) await add('B4', unchangedFigures(bench));
    if (cases.has('B3')) {
      await add('B3', changedFigures(bench, first));
      await add('B3', peopleFigures(bench, first));
    }
  } finally {
    await bench.close();
  }
  if (cases.has('memory')) await add('memory', memoryFigures(peak, options));
  return figures.sort((a, b) => (a.case < b.case ? -1 : a.case > b.case ? 1 : 0));
}

/** One case that fails does not cost the others their place in the table. */
function notMeasured(name: CaseName, error: unknown): Figure {
  console.error(error);
  const ours = (error instanceof Error ? error.message : String(error))
    .split('\n', 1)
    .join()
    .slice(0, WIDEST);
  const none = { reference: '-', measured: null } as const;
  return { case: name, what: 'could not be measured', ours, ...none, limit: 0, goal: 'measured' };
}

function readOptions(): BenchOptions | null {
  try {
    const options = readBenchOptions(process.argv.slice(2));
    if (options === null) console.log(usage);
    return options;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

process.exit(await main());
