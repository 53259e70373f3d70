import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Columns } from './gateway.js';
import { joinColumns, splitColumns } from './wide-columns.js';

/** Longer JSON is kept compressed: a row holds 1 MiB, half a million characters. */
const READABLE_CHARACTERS = 100_000;
const QUALITY = 5;

/**
 * A document in one row: as JSON in the column `document`, or where that is long, compressed (Brotli, base64) in
 * `documentBrotli`. Ten thousand GUIDs, each named three times, take about a quarter of a million characters so.
 */
export function writeDense(document: object): Columns {
  const json = JSON.stringify(document);
  if (json.length <= READABLE_CHARACTERS) return splitColumns({ document: json });
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: json.length,
  };
  return splitColumns({ documentBrotli: brotliCompressSync(json, { params }).toString('base64') });
}

/** What `writeDense` wrote, taken at its word. */
export function readDense(columns: Columns): unknown {
  return JSON.parse(denseText(columns));
}

/** Returns the JSON that `writeDense` made of the document. */
export function denseText(columns: Columns): string {
  const { document, documentBrotli } = joinColumns(columns);
  return documentBrotli === undefined
    ? String(document)
    : brotliDecompressSync(Buffer.from(String(documentBrotli), 'base64')).toString('utf8');
}
