import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../../dist/local/functions-host/main.js', import.meta.url));
const apps = fileURLToPath(new URL('apps/', import.meta.url));
const deadlineMs = 30_000;

export interface HostProcessOptions {
  /** File name of a sample app in `apps/`. */
  readonly app: string;
  readonly hostJson?: object;
  readonly port?: number;
  readonly env?: Record<string, string>;
}

export interface HostEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The host in a process of its own, as the stack runs it, with everything that it printed. */
export interface HostProcess {
  readonly pid: number;
  readonly lines: readonly string[];
  readonly ended: Promise<HostEnd>;
  /** The port of the ready line. @throws Error with the output when the process ended before. */
  ready(): Promise<number>;
  /** Waits for a printed line, past or coming. */
  line(matches: (line: string) => boolean): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Asks for a graceful end and waits for it. */
  stop(): Promise<HostEnd>;
}

export function startHostProcess(options: HostProcessOptions): HostProcess {
  if (!existsSync(entry)) throw new Error('These tests run the built host: `npm run build` first.');
  const folder = mkdtempSync(join(tmpdir(), 'functions-host-'));
  const hostJson = join(folder, 'host.json');
  writeFileSync(hostJson, JSON.stringify({ version: '2.0', ...options.hostJson }));
  const child = spawn(
    process.execPath,
    [entry, '--app', join(apps, options.app), '--port', `${options.port ?? 0}`, '--host-json', hostJson],
    { env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const watcher of watchers) watcher();
    });
  }
  const ended = once(child, 'close').then(([code, signal]): HostEnd => {
    rmSync(folder, { recursive: true, force: true });
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  const line = (matches: (line: string) => boolean) => waitForLine(lines, watchers, matches);
  return {
    pid: child.pid ?? 0,
    lines,
    ended,
    line,
    ready: async () => {
      const early = ended.then((): never => {
        throw new Error(`The host ended before it was ready:\n${lines.join('\n')}`);
      });
      const announced = await Promise.race([line((text) => text.startsWith('{"ready":true')), early]);
      return (JSON.parse(announced) as { port: number }).port;
    },
    signal: (name) => void child.kill(name),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function waitForLine(
  lines: readonly string[],
  watchers: Set<() => void>,
  matches: (line: string) => boolean,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const finish = (act: () => void) => {
      clearTimeout(timer);
      watchers.delete(check);
      act();
    };
    const check = () => {
      const found = lines.find(matches);
      if (found !== undefined) finish(() => resolve(found));
    };
    const timer = setTimeout(
      () => finish(() => reject(new Error(`The line did not come. Printed was:\n${lines.join('\n')}`))),
      deadlineMs,
    );
    watchers.add(check);
    check();
  });
}
