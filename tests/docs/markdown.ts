import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../', import.meta.url));

/** Paths of the documentation, from the project's folder. */
export async function documentationFiles(): Promise<string[]> {
  const docs = await readdir(join(project, 'docs'));
  return [
    ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'infra/README.md', 'shared/core/SPEC.md'],
    ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
  ];
}

export function readDocument(path: string): Promise<string> {
  return readFile(join(project, path), 'utf8');
}

export interface FencedBlock {
  readonly language: string;
  readonly text: string;
}

/** Code blocks in the order of the text, those inside lists too, without their indentation. */
export function fencedBlocks(markdown: string): FencedBlock[] {
  return [...markdown.matchAll(/^( *)```(\w*)\n([^]*?)^\1```$/gm)].map(
    ([, indent = '', language = '', text = '']) => ({
      language,
      text: text
        .split('\n')
        .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
        .join('\n'),
    }),
  );
}

/** Targets of links and images, outside code. */
export function linkTargets(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
}

/** The anchors that GitHub gives the headings of a document. */
export function anchorsOf(markdown: string): Set<string> {
  const headings = [...withoutBlocks(markdown).matchAll(/^#{1,6} (.+)$/gm)].map((match) => match[1] ?? '');
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
        .replaceAll(/\s/g, '-'),
    ),
  );
}

function withoutBlocks(markdown: string): string {
  return markdown.replaceAll(/^( *)```[^]*?^\1```$/gm, '');
}

/** Code in a line stays where it is the text of a link. */
function withoutCode(markdown: string): string {
  return withoutBlocks(markdown).replaceAll(/(?<!\[)`[^`\n]*`/g, '');
}

/** The cells of the rows of the first table under a heading, without its head. */
export function tableUnder(markdown: string, heading: string): string[][] {
  const start = markdown.search(new RegExp(`^#{1,6} ${heading}$`, 'm'));
  const lines = markdown.slice(start).split('\n').slice(1);
  const head = lines.findIndex((line) => line.startsWith('|'));
  const below = lines.findIndex((line) => line.startsWith('#'));
  if (start < 0 || head < 0 || (below >= 0 && below < head))
    throw new Error(`There is no table under "${heading}".`);
  const end = lines.findIndex((line, index) => index > head && !line.startsWith('|'));
  return lines.slice(head + 2, end < 0 ? undefined : end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
