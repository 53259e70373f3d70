import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from './mutants.js';

describe('the faults that histories must notice', () => {
  it.each(MUTANTS)('can be planted: $fault', async ({ file, text, instead }) => {
    const source = await readFile(file, 'utf8');
    expect(source.split(text)).toHaveLength(2);
    expect(instead).not.toBe(text);
  });

  it('are thirty or more, each another one', () => {
    expect(new Set(MUTANTS.map(({ fault }) => fault)).size).toBe(MUTANTS.length);
    expect(MUTANTS.length).toBeGreaterThanOrEqual(30);
  });
});
