import { describe, expect, it } from 'vitest';
import { parseSearch } from '../../../local/graph/reads/search.js';
import { isTracked, printedValue } from '../../../local/graph/directory/attributes.js';

const named = (displayName: string) => ({ attributes: { displayName, mail: 'Team@contoso.example' } });

describe('a search', () => {
  it.each([
    ['"displayName:pro"', 'IT Projekt 2026', true],
    ['"displayName:26"', 'Projekt2026', false],
    ['"displayName:20"', 'Projekt2026', true],
    ['"displayName:jekt"', 'Projekt', false],
    ['"displayName:team a"', 'A-Team', true],
    ['"displayName:x" OR "mail:team@"', 'Y', true],
    ['"displayName:y" AND "mail:contoso"', 'Y', false],
    ['"displayName:\\"y\\""', 'the "Y"', true],
  ])('%s in %s', (search, displayName, found) => {
    expect(parseSearch(search)(named(displayName))).toBe(found);
  });

  it.each(['displayName:x', '"displayName:x', '"x"', '"groupTypes:Unified"', '"displayName:x" "mail:y"'])(
    'is refused where it is not written so: %s',
    (search) => {
      expect(() => parseSearch(search)).toThrow(expect.objectContaining({ status: 400 }));
    },
  );
});

describe('an attribute', () => {
  it('that is an object is printed whole, null where a part was never set', () => {
    expect(printedValue('employeeOrgData', { costCenter: 'x' })).toEqual({ division: null, costCenter: 'x' });
    expect(Object.keys(printedValue('onPremisesExtensionAttributes', {}) as object)).toHaveLength(15);
    expect(printedValue('employeeOrgData', null)).toBeNull();
  });

  it('is told of by delta unless it is a schema extension or how a licence was assigned', () => {
    const extension = `extension_${'0123456789abcdef'.repeat(2)}_x`;
    expect(['city', extension].map(isTracked)).toEqual([true, true]);
    expect(['extab12cd34_x', 'licenseAssignmentStates'].map(isTracked)).toEqual([false, false]);
  });
});
