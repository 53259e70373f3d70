import { describe, expect, it } from 'vitest';
import { GROUP_WORDS, USER_WORDS } from '../../../shared/core/attribute-words.js';
import { keptForSetups, keptOfDirectory } from '../../../shared/core/kept-attributes.js';
import { BASE_ATTRIBUTES } from '../../../shared/core/selection.js';
import { FIELD_CATALOG } from '../../../shared/core/setup/field-catalog.js';
import { PRESET_FIELDS } from '../../../shared/core/setup/presets.js';
import { PRESETS } from '../../../shared/core/setup/setup.js';

const selectOf = (name: string) => FIELD_CATALOG.find((field) => field.name === name)?.select ?? [];

describe('what is kept of a directory, in words', () => {
  it('names every attribute that can be selected, and no other', () => {
    const selectable = new Set(FIELD_CATALOG.flatMap(({ select }) => select));
    selectable.delete('manager');
    for (const name of BASE_ATTRIBUTES.users) selectable.add(name);
    expect(Object.keys(USER_WORDS).sort()).toEqual([...selectable].sort());
    expect(Object.keys(GROUP_WORDS).sort()).toEqual([...BASE_ATTRIBUTES.groups].sort());
  });

  it('calls no two attributes the same', () => {
    for (const words of [USER_WORDS, GROUP_WORDS])
      expect(new Set(Object.values(words)).size).toBe(Object.keys(words).length);
  });

  it('says of each attribute whether it is always kept or only for setups', () => {
    const { always, ifNeeded } = keptOfDirectory();
    for (const [name, words] of Object.entries(USER_WORDS)) {
      const isBase = BASE_ATTRIBUTES.users.includes(name);
      const [named, notNamed] = isBase ? [always[0], ifNeeded[0]] : [ifNeeded[0], always[0]];
      expect(named?.split(/[:,] /), name).toContain(words);
      expect(notNamed?.split(/[:,] /), name).not.toContain(words);
    }
  });

  it.each(PRESETS)('names all that the preset %s selects', (preset) => {
    const selected = PRESET_FIELDS[preset].flatMap(({ from }) => selectOf(from));
    const words = [...(keptOfDirectory().always[0] ?? '').split(/[:,] /), ...keptForSetups(selected)];
    for (const name of selected.filter((each) => each !== 'manager' && each !== 'id'))
      expect(words).toContain(USER_WORDS[name]);
  });

  it('names addresses and employee fields that a setup adds, and directory extensions by their own names', () => {
    expect(
      keptForSetups(['extension_ab_badge', 'employeeHireDate', 'city', 'mail', 'streetAddress']),
    ).toEqual(['street address', 'city', 'employee hire date', 'extension_ab_badge']);
  });
});
