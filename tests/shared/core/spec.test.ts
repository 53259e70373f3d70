import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const project = new URL('../../../', import.meta.url);
const specification = await readFile(new URL('shared/core/SPEC.md', project), 'utf8');

interface Invariant {
  readonly number: number;
  readonly text: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

const invariants = specification
  .split(/^## /m)
  .slice(1)
  .map((text): Invariant => {
    const named = [...text.matchAll(/^- \[`([^`]+)`\]\(\.\.\/\.\.\/([^)]+)\): (.+)$/gm)];
    return {
      number: Number.parseInt(text),
      text,
      tests: named.map(([, file = '', target = '', title = '']) => {
        if (file !== target) throw new Error(`${file} links to ${target}`);
        return { file, title: title.replaceAll('\\', '') };
      }),
    };
  });

/** Whether the file gives one of its tests this title. */
async function hasTest(file: string, title: string): Promise<boolean> {
  const url = new URL(file, project);
  if (!existsSync(url)) return false;
  const source = await readFile(url, 'utf8');
  const escaped = title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  // The title follows `it(`, or the closing parenthesis of a table of cases, on the same line or the next.
  return new RegExp(`(?:\\bit\\(|\\)\\()\\s*(['"\`])${escaped}\\1`).test(source);
}

describe('the invariants', () => {
  it('are numbered without a gap', () => {
    expect(invariants.map(({ number }) => number)).toEqual(invariants.map((_, index) => index + 1));
    expect(invariants.length).toBeGreaterThanOrEqual(14);
  });

  it('each name a test that holds it', () => {
    for (const { tests, text } of invariants) expect(tests.length, text).toBeGreaterThan(0);
  });

  const named = invariants.flatMap(({ number, tests }) => tests.map((test) => ({ number, ...test })));
  it.each(named)('$number is held by a test that is there: $title', async ({ file, title }) => {
    expect(await hasTest(file, title)).toBe(true);
  });
});
