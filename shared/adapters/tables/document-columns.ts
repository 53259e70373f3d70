import type { Columns, ColumnValue } from './gateway.js';
import { joinColumns, splitColumns } from './wide-columns.js';

/** How the properties of a document lie in columns: as they are, or as JSON text. */
export type DocumentShape<Document> = Readonly<Record<keyof Document & string, 'plain' | 'json'>>;

/** Between a flat document and the columns of its row. Null is an absent column. */
export interface DocumentColumns<Document> {
  write(document: Document): Columns;
  read(columns: Columns): Document;
}

/** Only documents that this program wrote are read, so their columns are taken at their word. */
export function documentColumns<Document extends object>(
  shape: DocumentShape<Document>,
): DocumentColumns<Document> {
  const entries = Object.entries(shape) as [keyof Document & string, 'plain' | 'json'][];
  return {
    write(document) {
      const values: Record<string, ColumnValue | null> = {};
      for (const [name, form] of entries) {
        const value = document[name];
        values[name] =
          value === null || form === 'plain' ? (value as ColumnValue | null) : JSON.stringify(value);
      }
      return splitColumns(values);
    },
    read(columns) {
      const joined = joinColumns(columns);
      const document: Record<string, unknown> = {};
      for (const [name, form] of entries) {
        const value = joined[name] ?? null;
        document[name] = value !== null && form === 'json' ? JSON.parse(String(value)) : value;
      }
      return document as Document;
    },
  };
}
