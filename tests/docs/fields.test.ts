import { describe, expect, it } from 'vitest';
import type { MirrorUser } from '../../shared/core/mirror-rows.js';
import { readerOf } from '../../shared/core/people/field-reader.js';
import { FIELD_CATALOG, findField, parseSource } from '../../shared/core/setup/field-catalog.js';
import { PRESET_FIELDS } from '../../shared/core/setup/presets.js';
import { PRESETS } from '../../shared/core/setup/setup.js';
import { UNSUPPORTED_ATTRIBUTES } from '../../shared/core/setup/user-attributes.js';
import { fencedBlocks, readDocument, tableUnder } from './markdown.js';

const text = await readDocument('docs/fields.md');
const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
const code = (cell: string): string => cell.replace(/^`(.*)`$/, '$1');

describe('the documentation of fields', () => {
  it('lists every field of the catalog in its order, with type, values and what is read for it', () => {
    expect(tableUnder(text, 'All fields')).toEqual(
      FIELD_CATALOG.map(({ name, type, collection, allowedValues, select }) => [
        `\`${name}\``,
        collection ? `list of ${type}` : type,
        quoted(allowedValues ?? []),
        quoted(select),
      ]),
    );
  });

  it('lists what cannot be mapped, with the reason', () => {
    expect(tableUnder(text, 'What cannot be mapped')).toEqual(
      [...UNSUPPORTED_ATTRIBUTES].map(([name, reason]) => [`\`${name}\``, reason]),
    );
  });

  it.each(PRESETS)('lists the fields of the preset %s', (preset) => {
    expect(tableUnder(text, preset)).toEqual(
      PRESET_FIELDS[preset].map(({ to, from, policy }) => [`\`${to}\``, `\`${from}\``, policy]),
    );
  });

  const [given] = fencedBlocks(text).filter(({ language }) => language === 'json');
  const { user, manager } = JSON.parse(given?.text ?? '{}') as Record<
    'user' | 'manager',
    MirrorUser['attributes'] & { id: string }
  >;
  const row = ({ id, ...attributes }: typeof user): MirrorUser => ({
    id,
    presence: 'live',
    attributes,
    managerId: null,
  });

  it.each(tableUnder(text, 'Where a value comes from'))('reads %s as %s', (name, value) => {
    const source = parseSource(code(name));
    if (source === null) throw new Error(`${name}: ${findField(code(name)).kind}`);
    const read = readerOf(source, null)({ user: row(user), manager: row(manager) });
    expect(`\`${JSON.stringify(read)}\``).toBe(value);
  });
});
