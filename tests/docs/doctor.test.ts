import { describe, expect, it } from 'vitest';
import { CATALOG, type CatalogEntry } from '../../shared/core/doctor/catalog.js';
import { readDocument } from './markdown.js';

const rows = (await readDocument('docs/doctor.md'))
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('the reference of the doctor', () => {
  it('lists every code as the doctor has it, in its order, and no other', () => {
    const catalog: readonly (readonly [string, CatalogEntry])[] = Object.entries(CATALOG);
    expect(rows).toEqual(
      catalog.map(([code, { severity, meaning, fix }]) => [
        `\`${code}\``,
        severity === 'grave' ? 'error or warning' : severity,
        meaning,
        fix,
      ]),
    );
  });
});
