import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { builtProgram } from '../../local/stack/project.js';

const patience = { timeout: 100_000, interval: 20 };

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

interface Started {
  readonly pid: number;
  output(): string;
  readonly exitCode: Promise<number>;
}

function start(): Started {
  const args = ['--users', '3000', '--groups', '50', '--port', '0', '--tables-port', '0'];
  const child = spawn(process.execPath, [builtProgram('local/start.js'), ...args], { stdio: 'pipe' });
  running.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    pid: child.pid ?? 0,
    output: () => text,
    exitCode: once(child, 'close').then(([code]) => code as number),
  };
}

/** The process of a part, found by the program that it runs. */
async function pidOf(launcher: number, program: string): Promise<number> {
  const children = await readFile(`/proc/${launcher}/task/${launcher}/children`, 'utf8');
  for (const pid of children.trim().split(' ')) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    if (command.split('\0').some((word) => word.endsWith(program))) return Number(pid);
  }
  throw new Error(`No part runs ${program}.`);
}

describe('a part that ends during the first sync', () => {
  it.each([
    ['functions', 'local/functions-host/main.js'],
    ['bus', 'local/service-bus/main.js'],
    ['vault', 'local/vault/main.js'],
    ['graph', 'local/graph/main.js'],
    ['tables', 'azurite/dist/src/table/main.js'],
  ])(
    'is named before the other parts are ended, and again at the end, without a stack trace: %s',
    async (part, program) => {
      const started = start();
      await vi.waitFor(() => expect(started.output()).toMatch(/: (?:queued|running) after/), patience);
      process.kill(await pidOf(started.pid, program), 'SIGKILL');
      expect(await started.exitCode).toBe(1);
      const headline = `The part "${part}" ended unexpectedly by SIGKILL.`;
      const [, said = ''] = started.output().split(`\n${headline} Ending the local stack\n`);
      expect(said.split('\n')[0]).toBe(headline);
      expect(started.output()).not.toMatch(/^\s*at .*\(?(?:file:|node:|\/)/m);
    },
  );
});
