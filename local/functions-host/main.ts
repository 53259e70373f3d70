import { parseArgs } from 'node:util';
import { startFunctionsHost, type FunctionsHost } from './host.js';

/** Process entry: `main.js --app <entry> --port <n> --host-json <path>`; see docs/local-stack.md. */
async function main(): Promise<void> {
  const { app, port, hostJson } = readArguments();
  const host = await startFunctionsHost({ app, port, hostJson });
  stopOnSignals(host);
  process.stdout.write(`${JSON.stringify({ ready: true, port: host.port })}\n`);
}

function readArguments(): { app: string; port: number; hostJson: string } {
  const { values } = parseArgs({
    options: {
      app: { type: 'string' },
      port: { type: 'string', default: '7071' },
      'host-json': { type: 'string', default: 'host.json' },
    },
  });
  const port = Number(values.port);
  if (values.app === undefined) throw new Error('--app <entry module> is missing.');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port ${values.port} is not a port.`);
  }
  return { app: values.app, port, hostJson: values['host-json'] };
}

/** The first signal stops gracefully, a second one at once. */
function stopOnSignals(host: FunctionsHost): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    host.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** A mistake in the app's code is shown with its place; what has been worded for people, such as a bad setting, as is. */
function fail(error: unknown): never {
  const isMistake =
    error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError;
  const text = error instanceof Error ? (isMistake ? error.stack : error.message) : String(error);
  process.stderr.write(`${text ?? ''}\n`);
  process.exit(1);
}

main().catch(fail);
