import { runStartCommand } from './commands/start-command.js';
import { describeFailure } from './commands/start-failure.js';
import { readStartOptions, usage, UsageError, type StartOptions } from './commands/start-options.js';

const parentPollMs = 500;

/**
 * Calls `end` when the shell in which npm runs this command is gone: who signals npm from a script ends that
 * shell, and nobody passes the signal on.
 */
function watchShellOfNpm(end: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    end();
  }, parentPollMs);
  watch.unref();
}

/** `npm start`: the whole stack on one machine, with sample tenants or another Graph. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (typeof options === 'number') return options;
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Who asks twice does not want to wait: the parts end by themselves when this process is gone.
      if (interruption.signal.aborted) process.exit(130);
      interruption.abort();
    });
  }
  // Whoever read the output may be gone; the parts must still be ended in order.
  process.stdout.on('error', () => interruption.abort());
  watchShellOfNpm(() => interruption.abort());
  const terminal = {
    isTTY: process.stdout.isTTY,
    get columns() {
      // A terminal that does not tell its width says 0.
      return process.stdout.columns || 80;
    },
    write: (text: string) => void process.stdout.write(text),
  };
  try {
    return await runStartCommand(options, terminal, interruption.signal);
  } catch (error) {
    console.error(describeFailure(error));
    return 1;
  }
}

/** The options, or the exit code where there is nothing to start. */
function readOptions(args: readonly string[]): StartOptions | number {
  try {
    const options = readStartOptions(args);
    if (options !== null) return options;
    console.log(usage);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
}

process.exit(await main());
