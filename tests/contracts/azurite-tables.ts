import { createRequire } from 'node:module';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { startPart, type Part } from '../../local/stack/part.js';
import { takeFreePort } from '../../local/stack/ports.js';
import { createSdkGateway } from '../../shared/adapters/tables/sdk-gateway.js';
import type { TableGateway } from '../../shared/adapters/tables/gateway.js';

export interface AzuriteTables {
  readonly gateway: TableGateway;
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** The well-known account of every Azurite: https://learn.microsoft.com/azure/storage/common/storage-connect-azurite */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** A fresh Azurite table service in memory, over http and by connection string, all tables made. */
export async function startAzuriteTables(): Promise<AzuriteTables> {
  const port = await takeFreePort();
  const part: Part = await startPart({
    name: 'tables',
    entry: createRequire(import.meta.url).resolve('azurite/dist/src/table/main.js'),
    args: [
      ...['--tableHost', '127.0.0.1', '--tablePort', String(port)],
      ...['--inMemoryPersistence', '--disableTelemetry', '--silent', '--skipApiVersionCheck'],
    ],
    env: {},
    cwd: tmpdir(),
    stopSignal: 'SIGINT',
    readiness: { kind: 'probed', probe: () => answers(port) },
  });
  const connectionString = [
    'DefaultEndpointsProtocol=http',
    `AccountName=${ACCOUNT}`,
    `AccountKey=${KEY}`,
    `TableEndpoint=http://127.0.0.1:${port}/${ACCOUNT}`,
  ].join(';');
  const gateway = createSdkGateway({ connectionString });
  await gateway.ensureTables();
  return { gateway, connectionString, stop: () => part.stop() };
}

async function answers(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const asked = request(
      { host: '127.0.0.1', port, path: `/${ACCOUNT}/Tables`, timeout: 2_000 },
      (response) => {
        response.resume();
        resolve(true);
      },
    );
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
    asked.end();
  });
}
