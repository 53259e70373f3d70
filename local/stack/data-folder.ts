import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasSavedTenants } from '../graph/storage.js';

/** A folder in which nothing can be kept; the message names it and says why. */
export class FolderUnusable extends Error {
  override readonly name = 'FolderUnusable';
}

/**
 * Makes the folder and those above it, and tries that folders can be made in it. One level at a time: Node's own
 * recursive `mkdir` never ends where a file system takes no folder and says that there is none above it, as `/proc`.
 *
 * @throws {FolderUnusable}
 */
export async function prepareDataFolder(folder: string): Promise<void> {
  try {
    for (const level of await missingLevels(folder)) await makeFolder(level);
    await rmdir(await mkdtemp(join(folder, 'try-')));
  } catch (error) {
    throw new FolderUnusable(`The data folder ${folder} cannot be used: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

/** Whether the folder holds a directory of the emulator from an earlier start, which is then not made anew. */
export function keepsDirectory(folder: string): boolean {
  return hasSavedTenants(join(folder, 'directory'));
}

async function missingLevels(folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (let level = folder; !existsSync(level); level = dirname(level)) missing.unshift(level);
  return missing;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    // Somebody else was quicker.
    if (!(await isFolder(folder))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its file system takes no folders there',
  ENOTDIR: 'it is a file, or lies below one',
  EACCES: 'permission is denied',
  EPERM: 'it is not permitted',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its file system is full',
  ENAMETOOLONG: 'its name is too long',
};

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}
