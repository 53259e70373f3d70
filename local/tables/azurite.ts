import { createRequire } from 'node:module';
import { request } from 'node:https';
import { readFileSync } from 'node:fs';

export interface AzuriteOptions {
  readonly port: number;
  readonly tls: { readonly keyFile: string; readonly certFile: string };
  /** Keeps the tables in this folder; without it they live in memory and end with the process. */
  readonly dataFolder?: string;
}

/** The account that every Azurite has. */
const account = 'devstoreaccount1';

/** The address that `TABLES_ENDPOINT` names. */
export function azuriteEndpoint(port: number): string {
  return `https://127.0.0.1:${port}/${account}`;
}

/**
 * Azurite's table service as a Node program and its arguments. Its JavaScript is run directly: a process
 * started through npm's shims could outlive the shim that was signalled.
 *
 * Tokens are accepted only over https and with `--oauth`; the version check is skipped because the SDK may
 * be newer than this Azurite.
 */
export function azuriteCommand(options: AzuriteOptions): { readonly entry: string; readonly args: string[] } {
  return {
    entry: createRequire(import.meta.url).resolve('azurite/dist/src/table/main.js'),
    args: [
      ...['--tableHost', '127.0.0.1', '--tablePort', String(options.port)],
      ...['--oauth', 'basic', '--cert', options.tls.certFile, '--key', options.tls.keyFile],
      ...['--disableTelemetry', '--silent', '--skipApiVersionCheck'],
      ...(options.dataFolder === undefined ? ['--inMemoryPersistence'] : ['--location', options.dataFolder]),
    ],
  };
}

/** Whether the table service at `port` answers at all; a refusal is an answer. */
export async function azuriteAnswers(port: number, certFile: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const asked = request(
      `${azuriteEndpoint(port)}/Tables`,
      { ca: readFileSync(certFile), agent: false, timeout: 2_000 },
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
