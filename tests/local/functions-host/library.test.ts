import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startFunctionsHost, type FunctionsHost } from '../../../local/functions-host/host.js';

// One host per process, so one host for this file: its limits are short, and what exceeds them is recorded.
describe('startFunctionsHost', () => {
  const folder = mkdtempSync(join(tmpdir(), 'functions-host-'));
  const output: string[] = [];
  const timedOut: string[] = [];
  let host: FunctionsHost;

  beforeAll(async () => {
    const hostJson = join(folder, 'host.json');
    writeFileSync(hostJson, JSON.stringify({ functionTimeout: '00:00:02' }));
    host = await startFunctionsHost({
      app: fileURLToPath(new URL('apps/library-app.mjs', import.meta.url)),
      port: 0,
      hostJson,
      environment: { SCHEDULE: '0 0 3 1 1 *' },
      write: (line) => output.push(line),
      onFunctionTimeout: (name) => timedOut.push(name),
      answerLimitMs: 300,
      stopGraceMs: 500,
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('lists what the app registered', () => {
    expect(host.functions).toEqual([
      { name: 'quick', triggerType: 'httpTrigger' },
      { name: 'slow', triggerType: 'httpTrigger' },
      { name: 'never', triggerType: 'httpTrigger' },
      { name: 'nightly', triggerType: 'timerTrigger' },
      { name: 'failing', triggerType: 'timerTrigger' },
    ]);
  });

  it('fires a timer and resolves when it is done', async () => {
    await host.fire('nightly');
    expect(output).toContain('[information] [Function.nightly] nightly is done\n');
  });

  it('rejects with what a fired timer threw, and for what is no timer', async () => {
    await expect(host.fire('failing')).rejects.toThrow('no luck tonight');
    await expect(host.fire('quick')).rejects.toThrow('There is no timer function "quick".');
    await expect(host.fire('unknown')).rejects.toThrow('There is no timer function "unknown".');
  });

  it('answers 504 at the limit of the platform while the function goes on', async () => {
    const answer = await fetch(`http://127.0.0.1:${host.port}/api/slow`);
    expect(answer.status).toBe(504);
    expect(output).not.toContain('[information] [Function.slow] slow has ended\n');
    await vi.waitFor(
      () => expect(output).toContain('[information] [Function.slow] slow has ended\n'),
      30_000,
    );
  });

  it('reports a function that ran longer than functionTimeout', async () => {
    await fetch(`http://127.0.0.1:${host.port}/api/never`);
    await vi.waitFor(() => expect(timedOut).toEqual(['never']), 30_000);
    const said = output.find((line) => line.includes('Timeout value of 2000ms exceeded'));
    expect(said).toContain("[error] [host] Timeout value of 2000ms exceeded by function 'Functions.never'");
  });

  it('gives up at the end of the grace on what still runs', async () => {
    await host.close();
    expect(output).toContain('[warning] [host] Stopping with 1 invocations still running.\n');
    await expect(fetch(`http://127.0.0.1:${host.port}/api/quick`)).rejects.toThrow();
  });
});
