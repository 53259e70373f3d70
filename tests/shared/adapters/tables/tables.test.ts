import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { TABLES } from '../../../../shared/adapters/tables/tables.js';

const document = await readFile(new URL('../../../../docs/tables.md', import.meta.url), 'utf8');
const sections = document.split(/^### /m).slice(1);

describe('docs/tables.md', () => {
  it('describes the tables that there are, and no others', () => {
    const described = sections.map((section) => section.split('\n')[0]);
    expect(described.sort()).toEqual([...TABLES].sort());
  });

  it.each(sections.map((section) => [section.split('\n')[0], section] as const))(
    'tells the keys, the columns and an example query of %s',
    (_, section) => {
      expect(section).toContain('| PartitionKey `');
      expect(section).toContain('| RowKey `');
      expect(section).toMatch(/^Example.*: `PartitionKey /m);
    },
  );
});
