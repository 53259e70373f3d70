import { describe, expect, it } from 'vitest';
import { BUNDLE_FACTS, BUNDLES } from '../../shared/core/bundle.js';
import { CATALOG } from '../../shared/core/doctor/catalog.js';
import { readDocument } from './markdown.js';

const document = await readDocument('docs/connect.md');

/** The text below a heading, up to the next one of any level. */
function below(heading: string): string {
  const [, text = ''] = document.split(`${heading}\n`);
  return text.split(/^#/m)[0] ?? '';
}

/** Cells of the table rows that begin with a piece of code. */
function rowsOf(text: string): string[][] {
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Items of lists, in order. */
function bulletsOf(text: string): string[] {
  return text.split('\n').flatMap((line) => (line.startsWith('- ') ? [line.slice(2)] : []));
}

describe('docs/connect.md', () => {
  it.each(BUNDLES)('names exactly what the bundle %s asks for, why, and what is kept of it', (bundle) => {
    const { title, permissions, kept } = BUNDLE_FACTS[bundle];
    const text = below(`### ${title} (\`${bundle}\`)`);
    expect(rowsOf(text)).toEqual(permissions.map(({ name, why }) => [`\`${name}\``, why]));
    expect(bulletsOf(text)).toEqual([...kept.always, ...kept.ifNeeded]);
    expect(text.includes('Only if a setup needs it:')).toBe(kept.ifNeeded.length > 0);
  });

  it('has no bundle more', () => {
    expect(document.match(/^### .* \(`[\w-]+`\)$/gm)).toHaveLength(BUNDLES.length);
  });

  it('names only findings that the doctor makes', () => {
    const named = rowsOf(below('## If something is wrong')).flatMap(
      ([codes = '']) => codes.match(/\w+/g) ?? [],
    );
    expect(named.length).toBeGreaterThan(10);
    for (const code of named) expect(Object.keys(CATALOG)).toContain(code);
  });
});
