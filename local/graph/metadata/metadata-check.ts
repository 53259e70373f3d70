import type { MetadataViolation } from '../control-api.js';

/** Checks requests against the metadata index, and keeps what it found. */
export interface MetadataCheck {
  /** What is wrong with the request, recorded; undefined when nothing is. */
  check(method: string, path: string, params: URLSearchParams, body: string): string | undefined;
  violations(): readonly MetadataViolation[];
  clear(): void;
}
