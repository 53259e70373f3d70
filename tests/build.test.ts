import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { ProductApi } from '../local/commands/product-api.js';
import { builtProgram, projectFolder } from '../local/stack/project.js';
import { startStack } from '../local/stack/stack.js';

async function build(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(projectFolder, 'build.mjs')]);
  return stdout;
}

describe('the build', () => {
  it('removes what an earlier build left, and does not touch what did not change', async () => {
    const stale = [builtProgram('stale.js'), builtProgram('shared/gone/stale.js.map')];
    for (const file of stale) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, 'export {};');
    }
    const before = await stat(builtProgram('local/start.js'));
    expect(await build()).toMatch(/^Building\nBuilt \d+ files in \d+\.\d s\n$/);
    expect(stale.filter((file) => existsSync(file))).toEqual([]);
    expect((await stat(builtProgram('local/start.js'))).mtimeMs).toBe(before.mtimeMs);
  });

  it('makes an app that needs no package beside it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-package-'));
    const app = join(folder, 'dist/functions/main.js');
    try {
      await cp(builtProgram('functions/main.js'), app);
      for (const file of ['host.json', 'package.json'])
        await cp(join(projectFolder, file), join(folder, file));
      const stack = await startStack({ app, hostJson: join(folder, 'host.json') });
      try {
        const api = new ProductApi(stack.addresses.functionsUrl);
        await vi.waitFor(async () => expect(await api.notReady()).toBeNull(), 40_000);
        expect(await api.tenants()).toEqual([]);
      } finally {
        await stack.close();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
