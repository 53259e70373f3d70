import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json: this module runs from its source in tests and from `dist/` otherwise. */
export const projectFolder = findProjectFolder(dirname(fileURLToPath(import.meta.url)));

/** A program that `npm run build` makes, for example `local/graph/main.js`. */
export function builtProgram(path: string): string {
  return join(projectFolder, 'dist', path);
}

function findProjectFolder(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('There is no package.json above this module.');
  return findProjectFolder(parent);
}
