import { DEFAULT_REMOVAL_GUARD, type RemovalGuard, type SetupDocument } from '../../core/setup/setup.js';
import type { RowSizes } from './bounded-page.js';
import { denseText, readDense } from './dense-json.js';
import type { Columns } from './gateway.js';

type Stored = Omit<SetupDocument, 'removalGuard'> & {
  /** Without a `minCount` if it was saved before there was one. */
  readonly removalGuard: Omit<RemovalGuard, 'minCount'> & Partial<RemovalGuard>;
};

/** Reads the document of a setup, or of a template, with what its version did not have filled in. */
export function readSetupDocument(columns: Columns): SetupDocument {
  const stored = readDense(columns) as Stored;
  const { minCount = DEFAULT_REMOVAL_GUARD.minCount } = stored.removalGuard;
  return { ...stored, removalGuard: { ...stored.removalGuard, minCount } };
}

/** A document may have 4 MB as JSON, and far fewer characters as it is stored. */
export const DOCUMENT_SIZES: RowSizes = { atOnce: 4, sizeOf: ({ columns }) => denseText(columns).length };
