import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectStackClients, type StackClients } from '../../../local/commands/stack-clients.js';
import { startStack, type Stack } from '../../../local/stack/stack.js';
import type { StackOptions } from '../../../local/stack/stack-options.js';

const app = join(dirname(fileURLToPath(import.meta.url)), 'stand-in-app.mjs');
const patience = { timeout: 20_000, interval: 50 };

/** Without the emulator: what is tested here talks to no Graph. */
const options: StackOptions = {
  app,
  graph: { kind: 'other', graphUrl: 'https://graph.example', loginUrl: 'https://login.example' },
};

let stack: Stack;
let clients: StackClients;

beforeAll(async () => {
  stack = await startStack({
    ...options,
    hosts: 2,
    settings: { EXTRA: 'given' },
    // A killed host keeps its session until the lock ends.
    lockDurationMs: 5_000,
  });
  clients = await connectStackClients(stack);
});
afterAll(async () => {
  await stack.close();
});

/** The job becomes due `dueInMs` from now. */
async function sendJob(id: string, host = 0, dueInMs = 0): Promise<void> {
  const response = await fetch(`${String(stack.hostUrls[host])}/api/jobs`, {
    method: 'POST',
    body: JSON.stringify({ id, dueInMs }),
  });
  expect(response.status).toBe(202);
}

async function expectHandled(id: string): Promise<void> {
  await vi.waitFor(async () => {
    expect(await clients.table('Jobs').getEntity('tenant', id)).toMatchObject({ value: `value of ${id}` });
  }, patience);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the stack', () => {
  it('carries a job through vault, bus and tables, all by the managed identity', async () => {
    await sendJob('first');
    await expectHandled('first');
  });

  it('gives the app the settings of a deployment, and those of the test', async () => {
    const response = await fetch(`${stack.addresses.functionsUrl}/api/settings`);
    const { names, publicUrl, extra } = (await response.json()) as {
      names: string[];
      publicUrl: string;
      extra: string;
    };
    expect(publicUrl).toBe(stack.addresses.functionsUrl);
    expect(extra).toBe('given');
    expect(names).toEqual(expect.arrayContaining(['LOCAL_GRAPH_URL', 'LOCAL_LOGIN_URL', 'SERVED_CLOUDS']));
    expect(names).not.toContain('VITEST');
  });

  it('keeps jobs over a kill of the broker', async () => {
    await sendJob('over-a-kill', 0, 1_500);
    await stack.killBroker();
    expect(stack.pid('bus')).toBeNull();
    await stack.startBroker();
    await expectHandled('over-a-kill');
  });

  it('handles jobs on the host that is left when another is killed', async () => {
    await stack.killHost(0);
    expect(stack.pid('functions')).toBeNull();
    await sendJob('after-a-kill', 1);
    await expectHandled('after-a-kill');
    await stack.startHost(0);
    await expect(fetch(`${stack.addresses.functionsUrl}/api/health`)).resolves.toMatchObject({ status: 200 });
  });
});

describe('a stack of its own', () => {
  it('tells when a part ends unasked, and leaves neither process nor folder when it is closed', async () => {
    const own = await startStack(options);
    const folder = dirname(dirname(own.certFile));
    const pids = ['vault', 'tables', 'bus', 'functions'].map((part) => own.pid(part) ?? 0);
    expect(pids.every(isAlive)).toBe(true);
    process.kill(pids[0] ?? 0, 'SIGKILL');
    expect((await own.failed).message).toMatch(/"vault" ended unexpectedly by SIGKILL/);
    await own.close();
    expect(pids.some(isAlive)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it('that cannot start says why and leaves nothing behind', async () => {
    const lines: string[] = [];
    const failing = startStack({
      ...options,
      app: join(dirname(app), 'no-such-app.mjs'),
      onLine: (part, line) => lines.push(`${part}: ${line}`),
    });
    await expect(failing).rejects.toThrow(/"functions" ended unexpectedly with exit code 1[^]*no-such-app/);
    expect(lines.some((line) => line.startsWith('functions: '))).toBe(true);
  });

  it('vouches for its parts with one certificate', async () => {
    expect(await readFile(stack.certFile, 'utf8')).toContain('BEGIN CERTIFICATE');
    expect(stack.settings['NODE_EXTRA_CA_CERTS']).toBeDefined();
  });
});
