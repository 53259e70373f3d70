import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { MONTHLY_TABLES, REGISTRY_TABLES, TABLES } from '../../../../shared/adapters/tables/tables.js';

const document = await readFile(new URL('../../../../docs/tables.md', import.meta.url), 'utf8');
const sections = document.split(/^### /m).slice(1);

describe('docs/tables.md', () => {
  it('describes the tables that there are, and no others', () => {
    const described = sections.map((section) => section.split('\n')[0]);
    expect(described.sort()).toEqual([...TABLES, ...MONTHLY_TABLES].sort());
  });

  it('names each table where it says when rows are removed', () => {
    const [, section = ''] = document.split('## When rows are removed');
    const first = section.split('\n## ')[0] ?? '';
    const cells = first.split('\n').map((line) => line.split('|')[1] ?? '');
    const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect(named.sort()).toEqual([...TABLES, ...MONTHLY_TABLES].sort());
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

describe('every table', () => {
  const isKeyedByTenant = (section: string): boolean => /^\| PartitionKey `\{tenant\}/m.test(section);

  it('is keyed by tenant, so that a disconnection clears it, or is declared part of the registry', () => {
    const notKeyed = sections.filter((section) => !isKeyedByTenant(section));
    expect(notKeyed.map((section) => section.split('\n')[0]).sort()).toEqual([...REGISTRY_TABLES].sort());
  });

  it('lies in partitions that begin with the tenant, in `unknown`, where a disconnection looks too, or in `requests`, which is sealed', () => {
    for (const section of sections.filter(isKeyedByTenant)) {
      const [line = ''] = /^\| PartitionKey .*$/m.exec(section) ?? [];
      for (const [, partition] of line.split('|  ')[0]!.matchAll(/`([^`]+)`/g))
        expect(partition).toMatch(/^(?:\{tenant\}|(?:unknown|requests)$)/);
    }
  });
});
