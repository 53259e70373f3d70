import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SETTING_NAMES } from '../../shared/config.js';
import { readStartOptions } from '../../local/commands/start-options.js';
import { anchorsOf, documentationFiles, fencedBlocks, linkTargets, readDocument } from './markdown.js';

const project = fileURLToPath(new URL('../../', import.meta.url));
const files = await documentationFiles();
const texts = new Map(
  await Promise.all(files.map(async (file) => [file, await readDocument(file)] as const)),
);
const textOf = (file: string): string => texts.get(file) ?? '';
const scripts = (JSON.parse(await readDocument('package.json')) as { scripts: Record<string, string> })
  .scripts;

/** Why a relative link leads nowhere; null where it leads somewhere. */
async function problemOf(file: string, target: string): Promise<string | null> {
  const [path = '', anchor] = target.split('#');
  const found = path === '' ? file : normalize(join(dirname(file), path));
  if (!existsSync(join(project, found))) return `${file}: ${target} is not there`;
  if (anchor === undefined) return null;
  const anchors = anchorsOf(texts.get(found) ?? (await readDocument(found)));
  return anchors.has(anchor) ? null : `${file}: ${target} has no such heading`;
}

describe.each(files)('%s', (file) => {
  it('links only to what is there', async () => {
    const targets = linkTargets(textOf(file)).filter((target) => !/^[a-z]+:/.test(target));
    const problems = await Promise.all(targets.map((target) => problemOf(file, target)));
    expect(problems.filter((problem) => problem !== null)).toEqual([]);
  });

  it('has only diagrams of a kind that Mermaid knows', () => {
    const diagrams = fencedBlocks(textOf(file)).filter(({ language }) => language === 'mermaid');
    for (const { text } of diagrams) {
      expect(text).toMatch(/^(flowchart (LR|TB)|sequenceDiagram|stateDiagram-v2|erDiagram|classDiagram)\n/);
      // Words of the language are no names for nodes.
      if (text.startsWith('flowchart')) expect(text).not.toMatch(/(?<=\s|^)(graph|end|subgraph)(?=\[|\s--)/m);
    }
  });

  it('has only JSON that can be read', () => {
    const examples = fencedBlocks(textOf(file)).filter(({ language }) => language === 'json');
    for (const { text } of examples) expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  it('shows in its shell examples only commands that there are', () => {
    const blocks = fencedBlocks(textOf(file)).filter(({ language }) => language === 'sh');
    const lines = blocks.flatMap(({ text }) => text.split('\n'));
    const commands = lines
      .flatMap((line) => line.split(' && '))
      .map((line) => line.trim())
      .filter((line) => /^(npm|npx|func|az|node)\b/.test(line));
    for (const command of commands) expect(() => checkCommand(command)).not.toThrow();
  });
});

function checkCommand(command: string): void {
  const [program, verb = '', ...rest] = command.split(/\s+/);
  if (program !== 'npm') throw new Error(`${command} is not run by any test: it is no shell example.`);
  if (verb === 'ci') return;
  const script = verb === 'run' ? (rest.shift() ?? '') : verb;
  if (!(script in scripts)) throw new Error(`There is no script ${script}.`);
  const flags = rest[0] === '--' ? rest.slice(1) : rest;
  // Which file that is depends on the reader; it has to be one.
  const file = fileURLToPath(new URL(import.meta.url));
  if (script === 'start') readStartOptions(flags.map((flag) => (flag.endsWith('.pem') ? file : flag)));
}

describe('the documentation', () => {
  it('is all reached from the README', () => {
    const reached = new Set(['README.md']);
    for (const file of reached) {
      for (const target of linkTargets(textOf(file))) {
        const path = normalize(join(dirname(file), target.split('#')[0] ?? ''));
        if (texts.has(path)) reached.add(path);
      }
    }
    expect(files.filter((file) => !reached.has(file))).toEqual([]);
  });

  it('explains every setting, with the default that it has', async () => {
    const operations = textOf('docs/operations.md');
    const rows = operations.split('\n').filter((line) => line.startsWith('| `'));
    const example = JSON.parse(await readDocument('local.settings.example.json')) as {
      Values: Record<string, string>;
    };
    for (const name of SETTING_NAMES) {
      const row = rows.find((line) => (line.split('|')[1] ?? '').includes(`\`${name}\``));
      expect(row, name).toBeDefined();
      if (/_MS$|_ATTEMPTS$|_MINUTES$/.test(name))
        expect(row).toContain(`| \`${example.Values[name] ?? ''}\``);
    }
  });

  it('names no address of this machine and no registry', () => {
    for (const [file, text] of texts)
      expect(text, file).not.toMatch(/\/home\/|\/work\/|registry\.(npm|yarn)/);
  });
});
