import { setTimeout as delay } from 'node:timers/promises';
import { ensureConnected } from '../local/commands/first-sync.js';
import { ProductApiError } from '../local/commands/patient-request.js';
import { ProductApi, type RunView } from '../local/commands/product-api.js';
import { connectionOf } from '../local/commands/sample-tenants.js';
import { connectStackClients, type StackClients } from '../local/commands/stack-clients.js';
import type { RequestCounts } from '../local/graph/control-api.js';
import { GraphControlClient } from '../local/graph/control-client.js';
import { startStack, type Stack } from '../local/stack/stack.js';
import type { BenchOptions } from './options.js';
import { readProcessFigures } from './process-figures.js';
import type { DirectorySize } from './sizes.js';

/** A run from the request for it to its end, and what it asked of Graph. */
export interface MeasuredRun {
  readonly run: RunView;
  /** By this process's monotonic clock. */
  readonly seconds: number;
  /** That the table service spent meanwhile; null where the system does not tell. */
  readonly tablesCpuSeconds: number | null;
  readonly requests: number;
  readonly resourceUnits: number;
  readonly byTemplate: Readonly<Record<string, number>>;
}

const POLL_MS = 50;
const POLL_SHARE = 0.01;
const LONGEST_POLL_MS = 500;
const READY_MS = 60_000;
const ENDING = ['SIGINT', 'SIGTERM'] as const;

/** The whole stack, every part its own process, with one connected tenant that has not been read yet. */
export class BenchStack {
  private constructor(
    readonly stack: Stack,
    readonly api: ProductApi,
    readonly control: GraphControlClient,
    readonly clients: StackClients,
    readonly tenantId: string,
  ) {
    for (const signal of ENDING) process.once(signal, this.end);
  }

  static async open(size: DirectorySize, options: BenchOptions): Promise<BenchStack> {
    const { latencyMs, profileFolder } = options;
    const samples = { tenants: 1, ...size };
    const stack = await startStack({
      graph: { kind: 'emulator', settings: { samples, latencyMs } },
      ...(profileFolder !== null && {
        nodeOptions: ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`],
      }),
    });
    try {
      const api = new ProductApi(stack.addresses.functionsUrl);
      const control = new GraphControlClient(stack.addresses.graphControlUrl ?? '');
      await untilReady(api);
      const [tenant] = await control.listTenants();
      if (tenant === undefined) throw new Error('The emulator has no sample tenant.');
      await ensureConnected(api, connectionOf(tenant));
      // What changes is to be found by a run that is asked for, not by a notification before it.
      await control.setNotificationFaults(tenant.tenantId, { drop: 1 });
      return new BenchStack(stack, api, control, await connectStackClients(stack), tenant.tenantId);
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  /** Asks for a run and waits for its success. */
  async run(): Promise<MeasuredRun> {
    const { api, control, tenantId } = this;
    await control.resetCounts(tenantId);
    const cpuBefore = await this.tablesCpu();
    const begin = performance.now();
    let run = await api.startRun(tenantId);
    while (run.status === 'NotStarted' || run.status === 'Running') {
      await delay(pauseAfter(performance.now() - begin));
      run = await this.follow(run);
    }
    const seconds = (performance.now() - begin) / 1000;
    if (run.status !== 'Succeeded') throw new Error(`The run ended as ${run.status}: ${JSON.stringify(run)}`);
    const cpuAfter = await this.tablesCpu();
    const tablesCpuSeconds = cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore;
    return { run, seconds, tablesCpuSeconds, ...(await this.requestsOfReading()) };
  }

  /** A table service that is busy answers late, and the API then that it cannot answer now. */
  private async follow(run: RunView): Promise<RunView> {
    try {
      return await this.api.run(this.tenantId, run.id);
    } catch (error) {
      if (error instanceof ProductApiError && error.status === 503) return run;
      throw error;
    }
  }

  /** Of the functions host, MiB. */
  peakMemory(): Promise<number | null> {
    return readProcessFigures(this.stack.pid('functions')).then(({ peakMib }) => peakMib);
  }

  async close(): Promise<void> {
    for (const signal of ENDING) process.off(signal, this.end);
    await this.stack.close();
  }

  private readonly end = (): void => {
    void this.stack.close().finally(() => process.exit(130));
  };

  private tablesCpu(): Promise<number | null> {
    return readProcessFigures(this.stack.pid('tables')).then(({ cpuSeconds }) => cpuSeconds);
  }

  /** Subscriptions are made and renewed beside a run, whenever they are due. */
  private async requestsOfReading(): Promise<
    Pick<RequestCounts, 'requests' | 'resourceUnits' | 'byTemplate'>
  > {
    const { byTemplate, resourceUnits } = await this.control.requestCounts(this.tenantId);
    const reading = Object.entries(byTemplate).filter(([template]) => !template.includes('/subscriptions'));
    const requests = reading.reduce((sum, [, count]) => sum + count, 0);
    return { requests, resourceUnits, byTemplate: Object.fromEntries(reading) };
  }
}

/** Asking must neither blur a short run's end nor burden a long one. */
function pauseAfter(elapsedMs: number): number {
  return Math.min(Math.max(POLL_MS, elapsedMs * POLL_SHARE), LONGEST_POLL_MS);
}

async function untilReady(api: ProductApi): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const missing = await api.notReady();
    if (missing === null) return;
    if (performance.now() > deadline) throw new Error(`The stack is not ready: ${missing}`);
    await delay(POLL_MS);
  }
}
