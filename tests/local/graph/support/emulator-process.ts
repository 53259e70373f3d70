import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { GraphEmulatorConfig } from '../../../../local/graph/config.js';

const built = fileURLToPath(new URL('../../../../dist/local/graph/main.js', import.meta.url));
const realClient = fileURLToPath(new URL('real-client.mjs', import.meta.url));

export interface EmulatorProcess {
  readonly graphUrl: string;
  readonly loginUrl: string;
  readonly controlUrl: string;
  /** Asks it to end; the exit code. */
  end(): Promise<number | null>;
}

/** Starts the emulator as its own process, from the build that `npm test` makes first. */
export async function startEmulatorProcess(config: GraphEmulatorConfig): Promise<EmulatorProcess> {
  const child = spawnEmulator(config);
  onTestFinished(() => void child.kill('SIGKILL'));
  const first = once(child.stdout!, 'data') as Promise<[Buffer]>;
  const failed = once(child, 'exit').then(() => {
    throw new Error('the emulator ended before it was ready');
  });
  const [line] = await Promise.race([first, failed]);
  failed.catch(() => undefined);
  const ready = JSON.parse(line.toString()) as Omit<EmulatorProcess, 'end'>;
  const end = async (): Promise<number | null> => {
    const exited = once(child, 'exit') as Promise<[number | null]>;
    child.kill('SIGTERM');
    return (await exited)[0];
  };
  return { ...ready, end };
}

export function spawnEmulator(config: GraphEmulatorConfig): ChildProcess {
  if (!existsSync(built))
    throw new Error('There is no dist: run the tests with npm test, which builds first.');
  const env = { ...process.env, GRAPH_EMULATOR_CONFIG: JSON.stringify(config) };
  return spawn(process.execPath, [built], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What a process printed, and how it ended. */
export async function outcomeOf(
  child: ChildProcess,
): Promise<{ code: number | null; out: string; err: string }> {
  const printed = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...printed };
}

/** Runs the real SDKs against an emulator in a process that trusts its certificate; answers what it found. */
export async function runRealClient(settings: object, certFile: string): Promise<unknown> {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: certFile, REAL_CLIENT: JSON.stringify(settings) };
  const { code, out, err } = await outcomeOf(spawn(process.execPath, [realClient], { env }));
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as unknown;
}
