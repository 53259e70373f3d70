import type { ProductRecord } from '../../shared/core/matching/product-record.js';

const FIELDS = [
  'recordId',
  'entraId',
  'mail',
  'initials',
  'displayName',
  'phones',
  'jobTitle',
  'country',
] as const;

/** A spreadsheet takes what begins so for a formula. Source: https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** Records as CSV (RFC 4180), cells that a spreadsheet would run made text by an apostrophe before them. */
export function recordsCsv(records: readonly ProductRecord[]): string {
  const values = [...new Set(records.flatMap((record) => Object.keys(record.values)))].sort();
  const lines = records.map((record) => [
    ...FIELDS.map((name) => (name === 'phones' ? record.phones.join('; ') : (record[name] ?? ''))),
    ...values.map((name) => record.values[name] ?? ''),
  ]);
  const header = [...FIELDS, ...values.map((name) => `values.${name}`)];
  return [header, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}
