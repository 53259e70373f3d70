import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CatalogEntry } from '../../../../shared/core/catalog/catalog.js';
import { parentFaultOf } from '../../../../shared/core/catalog/parent-fault.js';
import { catalogEntry, catalogOf } from '../setup/setup-document.js';

const unit = (id: string, parentId: string | null): CatalogEntry =>
  catalogEntry({ kind: 'organizationalUnit', id, parentId });

describe('the parent of an organizational unit', () => {
  const catalog = catalogOf([
    unit('campus', null),
    unit('region', 'campus'),
    unit('orphan', 'gone'),
    catalogEntry({ kind: 'role', id: 'planner', module: 'meetings' }),
  ]);

  it.each([
    [unit('department', null), null],
    [unit('department', 'region'), null],
    [unit('department', 'orphan'), null],
    [unit('department', 'nowhere'), 'unknown'],
    [unit('department', 'planner'), 'unknown'],
    [unit('department', 'department'), 'below'],
    [unit('campus', 'region'), 'below'],
  ] as const)('of %o: %s', (entry, fault) => {
    expect(parentFaultOf(entry, catalog)).toBe(fault);
  });

  it('lies under fifty at most', () => {
    const chain = Array.from({ length: 50 }, (_, level) =>
      unit(`u${level}`, level === 0 ? null : `u${level - 1}`),
    );
    expect(parentFaultOf(unit('new', 'u48'), catalogOf(chain))).toBeNull();
    expect(parentFaultOf(unit('new', 'u49'), catalogOf(chain))).toBe('tooDeep');
  });

  it('never makes a cycle, whatever is registered in which order', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const puts = fc.array(fc.tuple(name, fc.option(name)), { maxLength: 30 });
    fc.assert(
      fc.property(puts, (given) => {
        const registered = new Map<string, CatalogEntry>();
        for (const [id, parentId] of given) {
          const entry = unit(id, parentId);
          if (parentFaultOf(entry, catalogOf([...registered.values()])) === null) registered.set(id, entry);
        }
        for (const start of registered.values()) {
          let steps = 0;
          for (let at = start; at.parentId !== null; at = registered.get(at.parentId)!) steps += 1;
          expect(steps).toBeLessThan(registered.size);
        }
      }),
    );
  });
});
