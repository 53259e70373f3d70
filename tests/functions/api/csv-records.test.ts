import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CsvFault, csvRecords, type CsvRecord } from '../../../functions/api/csv-records.js';
import { CsvText } from '../../../functions/api/csv-text.js';

async function recordsOf(slices: readonly string[]): Promise<readonly (CsvRecord | string)[]> {
  const records: (CsvRecord | string)[] = [];
  try {
    for await (const record of csvRecords(new CsvText(slices))) records.push(record);
  } catch (failure) {
    if (!(failure instanceof CsvFault)) throw failure;
    // How many records come before it says nothing: all of a list is refused.
    return [`line ${failure.line} ${failure.problem}`];
  }
  return records;
}

const part = fc.constantFrom(
  'a',
  '"b"',
  '"c\r\nd"',
  '"',
  ',',
  ';',
  '\r\n',
  '\r',
  '\n',
  '😀',
  'sep=;',
  '\ufeff',
  ' ',
);

it('a list has the same records however it was cut into slices', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 30 }), fc.array(fc.nat(8)), async (parts, sizes) => {
      // A decoder cuts no letter.
      const letters = Array.from(parts.join(''));
      const slices = [...sizes.map((size) => letters.splice(0, size).join('')), letters.join('')];
      expect(await recordsOf(slices)).toEqual(await recordsOf([parts.join('')]));
    }),
    { numRuns: 300 },
  );
});

it('the line of a record is that of the file, behind line ends of any kind that lie within quotes', async () => {
  const text = 'sep=;\r\nid;name\r\n\r\nr1;"two\r\nlines"\r\n;\r\nr2;Bo\r\n';
  for (const size of [1, 2, 3, 7, 100]) {
    const slices = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    expect(await recordsOf(slices)).toEqual([
      { fields: ['id', 'name'], line: 2 },
      { fields: ['r1', 'two\nlines'], line: 4 },
      { fields: ['r2', 'Bo'], line: 7 },
    ]);
  }
});
