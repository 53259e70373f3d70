/*
 * Builds dist/: the functions app as one bundle with the packages that it uses, which halves its cold start; and every
 * other program file by file, so that each finds its neighbours and its packages where its source has them. Types are
 * not checked here: `npm run check:types` does that.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const project = dirname(fileURLToPath(import.meta.url));
const distFolder = join(project, 'dist');

const options = {
  absWorkingDir: project,
  outdir: 'dist',
  outbase: '.',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  write: false,
};

const programs = {
  ...options,
  entryPoints: ['functions', 'shared', 'local', 'bench'].flatMap((folder) => [
    `${folder}/**/*.ts`,
    `${folder}/**/*.tsx`,
  ]),
  // Writes the same files, in half the time: they are linked together once, and not each by itself.
  splitting: true,
  logOverride: { 'empty-glob': 'silent' },
};

const app = {
  ...options,
  entryPoints: ['functions/main.ts'],
  bundle: true,
  // The Functions host supplies it when the app asks for it by name.
  external: ['@azure/functions-core'],
  // Packages in CommonJS ask for Node's own modules by `require`, which a module does not have.
  banner: {
    js: "import { createRequire as createRequireOfApp } from 'node:module'; const require = createRequireOfApp(import.meta.url);",
  },
};

/** Replaces a file whole, and only if it changed: a stack that runs from dist/ may read it at any time. */
async function writeChanged({ path, contents }) {
  const before = await readFile(path).catch(() => null);
  if (before?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const next = `${path}.${process.pid}.next`;
  await writeFile(next, contents);
  await rename(next, path);
}

async function removeStale(built) {
  const found = await readdir(distFolder, { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));
  // A file that ends in .next belongs to another build that is running.
  const stale = files.filter((file) => !built.has(file) && !file.endsWith('.next'));
  await Promise.all(stale.map((file) => rm(file, { force: true })));
}

console.log('Building');
const begin = performance.now();
try {
  const results = await Promise.all([build(programs), build(app)]);
  // The bundle comes last, and so takes the place of its entry point alone.
  const built = new Map(results.flatMap(({ outputFiles }) => outputFiles).map((file) => [file.path, file]));
  await Promise.all([...built.values()].map(writeChanged));
  await removeStale(built);
  console.log(`Built ${built.size / 2} files in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
} catch (error) {
  // esbuild has shown its own errors already.
  if (error.errors === undefined) console.error(error);
  process.exitCode = 1;
}
