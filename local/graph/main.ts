/** The Graph and login emulator as a process of its own. */
import { readConfig } from './config.js';
import { startGraphServer } from './server.js';

async function main(): Promise<void> {
  const server = await startGraphServer(readConfig(process.env));
  const { graphUrl, loginUrl, controlUrl } = server;
  const stop = (): void => {
    void server.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ ready: true, graphUrl, loginUrl, controlUrl })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`graph emulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
