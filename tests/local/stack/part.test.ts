import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { endWithParent } from '../../../local/stack/end-with-parent.js';
import { startPart, type PartCommand } from '../../../local/stack/part.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-part-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function command(program: string, more: Partial<PartCommand> = {}): Promise<PartCommand> {
  const entry = join(folder, `program-${Math.random().toString(36).slice(2)}.mjs`);
  await writeFile(entry, program);
  return { name: 'sample', entry, env: {}, readiness: { kind: 'announced' }, ...more };
}

const ready = `console.log(JSON.stringify({ ready: true, port: 4711 }));`;
const keepRunning = `setInterval(() => {}, 1000);`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a part', () => {
  it('serves once it has said so, and tells what it announced', async () => {
    const part = await startPart(await command(`${ready} ${keepRunning}`));
    expect(part.announcement).toMatchObject({ port: 4711 });
    await part.stop();
    expect(await part.ended).toMatchObject({ asked: true });
    expect(isAlive(part.pid)).toBe(false);
  });

  it('serves once it answers, where it does not announce itself', async () => {
    let asked = 0;
    const probe = (): Promise<boolean> => Promise.resolve(++asked >= 3);
    const part = await startPart(await command(keepRunning, { readiness: { kind: 'probed', probe } }));
    expect(asked).toBe(3);
    await part.stop();
  });

  it('gets only the environment it is given', async () => {
    vi.stubEnv('AZURE_CLIENT_ID', 'from the shell of a developer');
    try {
      const part = await startPart(
        await command(
          `console.log(JSON.stringify({ ready: true, env: Object.keys(process.env) })); ${keepRunning}`,
          { env: { GIVEN: 'yes' } },
        ),
      );
      await part.stop();
      expect(part.announcement['env']).toContain('GIVEN');
      expect(part.announcement['env']).not.toContain('AZURE_CLIENT_ID');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('that ends before it serves is reported with its last words', async () => {
    const failing = await command(`console.error('TABLES_ENDPOINT is missing'); process.exit(3);`);
    await expect(startPart(failing)).rejects.toThrow(
      /The part "sample" ended unexpectedly with exit code 3\.\n\s+TABLES_ENDPOINT is missing/,
    );
  });

  it('that ends by itself later ends unasked', async () => {
    const part = await startPart(await command(`${ready} setTimeout(() => process.exit(7), 20);`));
    expect(await part.ended).toEqual({ code: 7, signal: null, asked: false });
  });

  it('can be killed outright', async () => {
    const part = await startPart(await command(`process.on('SIGTERM', () => {}); ${ready} ${keepRunning}`));
    await part.kill();
    expect(await part.ended).toEqual({ code: null, signal: 'SIGKILL', asked: true });
  });

  it('passes on what it writes, line by line', async () => {
    const lines: string[] = [];
    const part = await startPart(
      await command(`console.log('one'); ${ready} console.log('two'); ${keepRunning}`, {
        onLine: (line) => lines.push(line),
      }),
    );
    await vi.waitFor(() => expect(lines).toEqual(['one', 'two']));
    expect(part.output()).toEqual(['one', 'two']);
    await part.stop();
  });
});

describe('a part whose launcher is killed', () => {
  it.each([
    ['that knows no signal', ''],
    ['that does not end on SIGTERM', `process.on('SIGTERM', () => {});`],
  ])('%s ends too', async (_title, program) => {
    const { entry } = await command(`${program} ${keepRunning} console.log(process.pid);`);
    const launcher = await command(`
      import { spawn } from 'node:child_process';
      spawn(process.execPath, ['--import', ${JSON.stringify(endWithParent)}, ${JSON.stringify(entry)}], {
        detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    `);
    const launched = spawn(process.execPath, [launcher.entry], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: launched.stdout }), 'line')) as [string];
    const pid = Number(line);
    expect(isAlive(pid)).toBe(true);
    launched.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000, interval: 50 });
  });
});
