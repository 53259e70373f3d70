import { describe, expect, it } from 'vitest';
import { knownNames } from '../../../functions/api/known-names.js';

const FIELDS = [
  'tenantId',
  'displayName',
  'cloud',
  'owner',
  'timeZone',
  'nightlyAt',
  'bundles',
  'credential',
  'paused',
];

describe('the hint after a name that is not known', () => {
  it.each([
    ['displayname', 'displayName'],
    ['Display Name', 'displayName'],
    ['display_name', 'displayName'],
    ['dispalyName', 'displayName'],
    ['timezon', 'timeZone'],
    ['owners', 'owner'],
  ])('names the nearest one: %s', (given, meant) => {
    expect(knownNames(given, FIELDS)).toBe(` Did you mean ${meant}?`);
  });

  it.each(['', 'x', 'constructor', 'y'.repeat(100_000)])('names none that is not near: %s', (given) => {
    expect(knownNames(given, FIELDS)).toBe('');
  });

  it('names all if they are few', () => {
    expect(knownNames('wrong', ['jobs', 'full'])).toBe(' Known are jobs, full.');
    expect(knownNames('wrong', [])).toBe('');
  });
});
