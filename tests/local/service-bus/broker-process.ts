import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

const built = fileURLToPath(new URL('../../../dist/local/service-bus/main.js', import.meta.url));

export interface BrokerProcess {
  readonly port: number;
  readonly controlPort: number;
  /** SIGKILL: no chance to write anything. */
  kill(): Promise<unknown>;
  /** The exit code after the signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the broker as its own process, from the build that `npm test` makes first. */
export async function startBrokerProcess(config: object): Promise<BrokerProcess> {
  const child = spawnBroker(config);
  onTestFinished(() => void child.kill('SIGKILL'));
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null) return child.exitCode;
    const exited = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await exited)[0];
  };
  const ready = JSON.parse(await firstLine(child)) as { ready: true; port: number; controlPort: number };
  return {
    port: ready.port,
    controlPort: ready.controlPort,
    end,
    kill: () => end('SIGKILL'),
  };
}

/** What the broker printed to its error stream, and its exit code, when it cannot start. */
export async function failedStart(
  config: object,
): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = spawnBroker(config);
  const chunks: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text: Buffer.concat(chunks).toString() };
}

export function spawnBroker(config: object): ChildProcess {
  if (!existsSync(built))
    throw new Error('There is no dist: run the tests with npm test, which builds first.');
  return spawn(process.execPath, [built], {
    env: { ...process.env, BROKER_CONFIG: JSON.stringify(config) },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [line] = (await Promise.race([
    once(child.stdout!, 'data'),
    once(child.stderr!, 'data').then((text) => {
      throw new Error(String(text));
    }),
  ])) as [Buffer];
  return line.toString();
}
