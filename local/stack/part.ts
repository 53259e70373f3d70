import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { endWithParent } from './end-with-parent.js';

/** How a part is known to serve: by its own word, or because asking it succeeds. */
type Readiness =
  { readonly kind: 'announced' } | { readonly kind: 'probed'; readonly probe: () => Promise<boolean> };

/** Where a line was written to: warnings and errors of `console` go to `stderr`. */
export type OutputStream = 'stdout' | 'stderr';

/** A Node program that is one part of the stack. */
export interface PartCommand {
  /** As it appears in messages and logs. */
  readonly name: string;
  readonly entry: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[] | undefined;
  readonly readiness: Readiness;
  /** What asks it to end in order; most parts know SIGTERM. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT';
  /** Sees every line of output, as it comes. */
  readonly onLine?: (line: string, stream: OutputStream) => void;
}

export interface PartEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether it was stopped or killed through this part's methods. */
  readonly asked: boolean;
}

/** A running part. */
export interface Part {
  readonly name: string;
  readonly pid: number;
  /** What the part announced with its ready line; empty for a part that was probed. */
  readonly announcement: Readonly<Record<string, unknown>>;
  readonly ended: Promise<PartEnd>;
  /** The last lines of its output, oldest first. */
  output(): readonly string[];
  /** Ends it in order, or by force after ten seconds; resolves when the process is gone. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** A part that did not start, or ended by itself. */
export class PartFailed extends Error {
  override readonly name = 'PartFailed';

  constructor(
    readonly part: string,
    message: string,
  ) {
    super(message);
  }

  /** What happened, without the output of the part. */
  get headline(): string {
    return this.message.split('\n', 1).join();
  }

  /** The failure of a part that is gone, with the end of its output. */
  static of(part: string, end: PartEnd, output: readonly string[]): PartFailed {
    const how = end.signal === null ? `with exit code ${String(end.code)}` : `by ${end.signal}`;
    const last = output.slice(-15).map((line) => `\n  ${line}`);
    return new PartFailed(part, `The part "${part}" ended unexpectedly ${how}.${last.join('')}`);
  }
}

const startDeadlineMs = 30_000;
const stopDeadlineMs = 10_000;
const probeIntervalMs = 50;
const keptLines = 5_000;

/**
 * Starts a part and waits until it serves. It runs in a process group of its own, so that Ctrl-C reaches the
 * launcher alone and parts end in the launcher's order; and it ends when the launcher is gone.
 *
 * @throws {PartFailed} when it ends first, or does not serve within 30 seconds
 */
export async function startPart(command: PartCommand): Promise<Part> {
  const nodeOptions = [...(command.nodeOptions ?? []), '--import', endWithParent];
  const child = spawn(process.execPath, [...nodeOptions, command.entry, ...(command.args ?? [])], {
    env: command.env,
    cwd: command.cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines: string[] = [];
  const announced = collectOutput(child, command, lines);
  let asked = false;
  const ended = once(child, 'close').then(([code, signal]): PartEnd => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    asked,
  }));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    asked = true;
    child.kill(signal);
    const forced = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
    await ended;
    clearTimeout(forced);
  };
  const kill = (): Promise<void> => end('SIGKILL');
  try {
    const announcement = await Promise.race([
      command.readiness.kind === 'announced' ? announced : probeUntilReady(command.readiness.probe, child),
      ended.then((how) => Promise.reject(PartFailed.of(command.name, how, lines))),
      deadline(command.name, lines),
    ]);
    return {
      name: command.name,
      pid: child.pid ?? 0,
      announcement,
      ended,
      output: () => lines,
      stop: () => end(command.stopSignal ?? 'SIGTERM'),
      kill,
    };
  } catch (error) {
    await kill();
    throw error;
  }
}

function collectOutput(
  child: ChildProcess,
  command: PartCommand,
  lines: string[],
): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        const announcement = stream === child.stdout ? readAnnouncement(line) : null;
        if (announcement !== null) {
          resolve(announcement);
          return;
        }
        lines.push(line);
        if (lines.length > keptLines) lines.shift();
        command.onLine?.(line, stream === child.stdout ? 'stdout' : 'stderr');
      });
    }
  });
}

function readAnnouncement(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{"ready":true')) return null;
  return JSON.parse(line) as Record<string, unknown>;
}

async function probeUntilReady(
  probe: () => Promise<boolean>,
  child: ChildProcess,
): Promise<Record<string, unknown>> {
  while (child.exitCode === null && !(await probe())) await delay(probeIntervalMs);
  return {};
}

async function deadline(name: string, lines: readonly string[]): Promise<never> {
  await delay(startDeadlineMs, undefined, { ref: false });
  const last = lines.slice(-15).map((line) => `\n  ${line}`);
  throw new PartFailed(name, `The part "${name}" did not start within 30 seconds.${last.join('')}`);
}
