/** Characters in which a list shows how its fields are separated. */
const LOOKED_AT = 64 * 1024;

/**
 * A line by which spreadsheets say how fields are separated: `sep=;`, quoted or with the delimiters of a saved row.
 * Source: Excel reads it and leaves it out; no standard describes it.
 */
const SEPARATOR_LINE = /^"?sep=([^"\r\n])"?[,;\t| ]*(?:\r\n?|\n|$)/i;

export interface DelimitedText {
  readonly delimiter: string;
  /** From the line with the names of the columns on. */
  readonly content: string;
  /** Lines in front of the content. */
  readonly linesBefore: 0 | 1;
}

/** What separates the fields of a CSV text: what its first line says, or else what that line has most. */
export function delimitedText(csv: string): DelimitedText {
  const text = csv.startsWith('\ufeff') ? csv.slice(1) : csv;
  const [line, delimiter] = SEPARATOR_LINE.exec(text.slice(0, LOOKED_AT)) ?? [];
  return line === undefined || delimiter === undefined
    ? { delimiter: mostFrequent(text), content: text, linesBefore: 0 }
    : { delimiter, content: text.slice(line.length), linesBefore: 1 };
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

/** The name of a column as it is compared: in small letters, without spaces, `_` and `-`. */
export function comparableName(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}
