import { describe, expect, it } from 'vitest';
import { findField } from '../../../../shared/core/setup/field-catalog.js';
import { effectiveFields, PRESET_FIELDS } from '../../../../shared/core/setup/presets.js';
import type { AttributeMapping, FieldMapping, Preset } from '../../../../shared/core/setup/setup.js';

function mapping(preset: Preset | null, fields: readonly FieldMapping[]): AttributeMapping {
  return { preset, fields, mailFallback: null, initialsFrom: null, connection: null };
}

const own = (from: string, to: string): FieldMapping => ({
  from,
  to,
  policy: 'fillIfEmpty',
  visible: false,
  usableInRules: false,
});

describe.each(Object.entries(PRESET_FIELDS))('the preset %s', (_name, fields) => {
  it('maps fields of the catalog, each under a name of its own, visible and usable in rules', () => {
    expect(fields.map(({ from }) => findField(from).kind)).toEqual(fields.map(() => 'field'));
    expect(new Set(fields.map(({ to }) => to)).size).toBe(fields.length);
    expect(fields.every(({ visible, usableInRules }) => visible && usableInRules)).toBe(true);
  });
});

describe('the fields of a mapping', () => {
  it('of a contact card never blank what the product has', () => {
    const policies = effectiveFields(mapping('contactCard', [])).map(({ policy }) => policy);
    expect(new Set(policies)).toEqual(new Set(['neverBlank']));
  });

  it('are those of the preset, then its own', () => {
    const fields = effectiveFields(mapping('workplace', [own('faxNumber', 'fax')]));
    expect(fields).toEqual([...PRESET_FIELDS.workplace, own('faxNumber', 'fax')]);
  });

  it('hold one per name in the product, and its own goes first', () => {
    const status = own('extension_0123456789abcdef0123456789abcdef_state', 'employment_status');
    const fields = effectiveFields(mapping('workforce', [status]));
    expect(fields).toHaveLength(PRESET_FIELDS.workforce.length);
    expect(fields.find(({ to }) => to === 'employment_status')).toEqual(status);
  });

  it('are its own alone without a preset', () => {
    expect(effectiveFields(mapping(null, [own('mail', 'mail')]))).toEqual([own('mail', 'mail')]);
  });
});
