import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Readable, Writable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ensureCertificate } from '../../local/certificate/certificate-authority.js';
import { sampleTenants } from '../../local/graph/samples/well-known.js';
import { startPart } from '../../local/stack/part.js';
import { builtProgram } from '../../local/stack/project.js';

interface Started {
  readonly process: ChildProcess;
  output(): string;
  readonly exitCode: Promise<number>;
}

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

/** `npm start -- …` without the build that the tests have behind them. */
function start(...args: string[]): Started {
  return watch(spawn(process.execPath, [builtProgram('local/start.js'), ...args], { stdio: 'pipe' }));
}

function watch(child: ChildProcessByStdio<Writable, Readable, Readable>): Started {
  running.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    process: child,
    output: () => text,
    exitCode: once(child, 'close').then(([code]) => {
      running.delete(child);
      return code as number;
    }),
  };
}

const freePorts = ['--port', '0', '--tables-port', '0'];
const patience = { timeout: 50_000, interval: 100 };

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('npm start', () => {
  it('refuses flags that it does not know, with its usage', async () => {
    const started = start('--sometimes');
    expect(await started.exitCode).toBe(2);
    expect(started.output()).toMatch(/--sometimes[^]*Usage: npm start/);
  });

  it('names a port that is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const started = start('--port', String(port), '--tables-port', '0');
      expect(await started.exitCode).toBe(1);
      expect(started.output()).toContain(`Port ${port}, wanted for the functions host, is taken.`);
    } finally {
      server.close();
    }
  });

  it.each([
    ['/proc/nope', 'its file system takes no folders there'],
    ['/proc', 'its file system takes no folders there'],
    [fileURLToPath(import.meta.url), 'it is a file, or lies below one'],
    [`${fileURLToPath(import.meta.url)}/below`, 'it is a file, or lies below one'],
  ])('says why nothing can be kept in %s', async (folder, reason) => {
    const started = start('--data', folder, ...freePorts);
    expect(await started.exitCode).toBe(1);
    expect(started.output()).toContain(`The data folder ${folder} cannot be used: ${reason}.`);
  });

  it('stays up, and ends with all its parts at Ctrl-C', async () => {
    const started = start('--users', '20', '--groups', '3', ...freePorts);
    await vi.waitFor(() => expect(started.output()).toContain('Where to look next'), patience);
    const children = await childrenOf(started.process.pid ?? 0);
    expect(children.length).toBeGreaterThanOrEqual(5);
    started.process.kill('SIGINT');
    expect(await started.exitCode).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
  });

  it('ends with all its parts when the shell in which npm runs it is ended', async () => {
    const program = `true && "${process.execPath}" "${builtProgram('local/start.js')}" ${freePorts.join(' ')}`;
    const env = { ...process.env, npm_lifecycle_event: 'start' };
    const shell = watch(
      spawn('sh', ['-c', `${program} --graph https://graph.example --login https://login.example`], {
        stdio: 'pipe',
        env,
      }),
    );
    await vi.waitFor(() => expect(shell.output()).toContain('ready http'), patience);
    const [launcher = 0] = await childrenOf(shell.process.pid ?? 0);
    const parts = await childrenOf(launcher);
    expect(parts.length).toBeGreaterThanOrEqual(4);
    shell.process.kill('SIGTERM');
    await vi.waitFor(() => expect([launcher, ...parts].filter(isAlive)).toEqual([]), patience);
  });

  it('with another Graph syncs what is connected over the API, and compares with a second reading', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-other-graph-'));
    const certificate = await ensureCertificate(folder);
    const graph = await startPart({
      name: 'graph',
      entry: builtProgram('local/graph/main.js'),
      env: {
        GRAPH_EMULATOR_CONFIG: JSON.stringify({ tls: certificate, samples: { users: 30, groups: 10 } }),
      },
      readiness: { kind: 'announced' },
    });
    const { graphUrl, loginUrl } = graph.announcement as { graphUrl: string; loginUrl: string };
    try {
      const started = start(
        ...['--once', '--graph', graphUrl, '--login', loginUrl, '--ca', certificate.certFile],
        ...freePorts,
      );
      await vi.waitFor(() => expect(started.output()).toContain('ready http'), patience);
      const url = /^ready (.*)$/m.exec(started.output())?.[1] ?? '';
      for (const { tenantId, displayName, clientId, clientSecret } of sampleTenants) {
        const response = await fetch(`${url}/api/v1/tenants`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            ...{ tenantId, displayName, cloud: 'local' },
            credential: { kind: 'clientSecret', clientId, secretValue: clientSecret },
          }),
        });
        expect(response.status).toBe(201);
      }
      expect([await started.exitCode, started.output()]).toEqual([0, expect.anything()]);
      expect(started.output().match(/all \d+ rows equal the directory/g)).toHaveLength(2);
    } finally {
      await graph.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('starts for real directories without Graph, and tells how to connect one and that it polls', async () => {
    const started = start('--real', ...freePorts);
    await vi.waitFor(() => expect(started.output()).toContain('Rollcall only reads'), patience);
    expect(started.output()).toContain('every running tenant is polled about each minute');
    expect(started.output()).not.toContain('graph is up');
    const connect = /curl -s -X POST '([^']*\/tenants)' .* -d '(.*)'$/m.exec(started.output());
    const body = (connect?.[2] ?? '').replace('TENANT', 'contoso.example').replace('"global"', '"local"');
    const response = await fetch(connect?.[1] ?? '', {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: body.replace('APPLICATION-ID', '6d1f5a3e-2b7c-4c0e-9f51-0a8f3e1d7b42'),
    });
    // The line is one that the API understands; the emulator's cloud is none that it serves.
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/CloudNotServed.*serves global, usgov/);
  });

  it('once ends with 0 when every row equals the directory, with kept data as well', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-kept-'));
    try {
      const args = ['--once', '--users', '40', '--groups', '10', '--data', folder, ...freePorts];
      const first = start(...args);
      expect([await first.exitCode, first.output()]).toEqual([0, expect.stringContaining(': connected')]);
      expect(first.output().match(/all \d+ rows equal the directory/g)).toHaveLength(2);
      const note = `${folder} holds its sample tenants already`;
      expect(first.output()).not.toContain(note);
      const second = start(...args);
      expect([await second.exitCode, second.output()]).toEqual([
        0,
        expect.stringContaining('gets a new run'),
      ]);
      expect(second.output()).not.toContain(': connected');
      expect(second.output()).toContain(note);
      expect(second.output().match(/all \d+ rows equal the directory/g)).toHaveLength(2);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
