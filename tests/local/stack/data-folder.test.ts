import { mkdtemp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderUnusable, keepsDirectory, prepareDataFolder } from '../../../local/stack/data-folder.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the data folder', () => {
  it('is made with all above it, for its owner alone, and left empty', async () => {
    const made = join(folder, 'a', 'b', 'c');
    await Promise.all([prepareDataFolder(made), prepareDataFolder(made)]);
    await prepareDataFolder(made);
    expect((await stat(made)).mode & 0o777).toBe(0o700);
    expect(await readdir(made)).toEqual([]);
  });

  it('is left as it is where it is there', async () => {
    await writeFile(join(folder, 'kept'), 'x');
    await prepareDataFolder(folder);
    expect(await readdir(folder)).toEqual(['kept']);
  });

  it('that is a file, or below one, is refused by its name and with the reason', async () => {
    const file = join(folder, 'file');
    await writeFile(file, 'x');
    for (const path of [file, join(file, 'below'), join(file, 'far', 'below')]) {
      const refusal = prepareDataFolder(path);
      await expect(refusal).rejects.toThrow(FolderUnusable);
      await expect(refusal).rejects.toThrow(
        `The data folder ${path} cannot be used: it is a file, or lies below one.`,
      );
    }
  });

  it('where the file system takes none is refused at once', async () => {
    for (const path of ['/proc', '/proc/nope', '/proc/nope/deeper'])
      await expect(prepareDataFolder(path)).rejects.toThrow(
        `The data folder ${path} cannot be used: its file system takes no folders there.`,
      );
  });

  it('keeps a directory once tenants were saved in it', async () => {
    expect(keepsDirectory(folder)).toBe(false);
    await mkdir(join(folder, 'directory'));
    await writeFile(join(folder, 'directory', 'tenants.json'), '[]');
    expect(keepsDirectory(folder)).toBe(false);
    await writeFile(join(folder, 'directory', 'tenants.json'), '["one"]');
    expect(keepsDirectory(folder)).toBe(true);
  });
});
