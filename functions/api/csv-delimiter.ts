/** Characters in which a list shows how its fields are separated. */
const LOOKED_AT = 64 * 1024;

/**
 * A line by which spreadsheets say how fields are separated: `sep=;`, quoted or with the delimiters of a saved row.
 * Source: Excel reads it and leaves it out; no standard describes it.
 */
const SEPARATOR_LINE = /^"?sep=([^"\r\n])"?[,;\t| ]*(?:\r\n?|\n|$)/i;

export interface DelimitedText {
  readonly delimiter: string;
  /** From the line with the names of the columns on, in slices. */
  readonly content: readonly string[];
  /** Lines in front of the content. */
  readonly linesBefore: 0 | 1;
}

/** What separates the fields of a CSV text: what its first line says, or else what that line has most. */
export function delimitedText(slices: readonly string[]): DelimitedText {
  const { beginning, rest } = splitOff(slices);
  const text = beginning.startsWith('\ufeff') ? beginning.slice(1) : beginning;
  const [line, delimiter] = SEPARATOR_LINE.exec(text) ?? [];
  return line === undefined || delimiter === undefined
    ? { delimiter: mostFrequent(text), content: [text, ...rest], linesBefore: 0 }
    : { delimiter, content: [text.slice(line.length), ...rest], linesBefore: 1 };
}

/** As many slices as it takes to see how fields are separated, and the others. */
function splitOff(slices: readonly string[]): { beginning: string; rest: readonly string[] } {
  let beginning = '';
  let count = 0;
  for (; count < slices.length && beginning.length < LOOKED_AT; count += 1) beginning += slices[count] ?? '';
  return { beginning, rest: slices.slice(count) };
}

/** The one that the first line with content has most often, outside of quotes. */
function mostFrequent(text: string): string {
  const [line = ''] = text
    .slice(0, LOOKED_AT)
    .trimStart()
    .split(/[\r\n]/, 1);
  const outside = line.replaceAll(/"[^"]*"/g, '');
  const counted = [',', ';', '\t', '|'].map((delimiter) => ({
    delimiter,
    count: outside.split(delimiter).length,
  }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
}
