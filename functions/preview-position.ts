import { z } from 'zod';
import { PREVIEW_KINDS } from '../shared/core/people/preview.js';
import type { PreviewProgress } from '../shared/use-cases/people/preview-parts.js';

const count = z.int().min(0);

const progress = z.strictObject({
  bucket: count,
  users: count,
  counts: z.record(z.enum(PREVIEW_KINDS), count),
  removals: count,
  leaving: count,
  active: count,
});

/** How far a preview is, as an opaque text for an address. */
export function previewPosition(reached: PreviewProgress): string {
  return Buffer.from(JSON.stringify(reached)).toString('base64url');
}

/** Null for a text that `previewPosition` did not make. */
export function progressAt(position: string): PreviewProgress | null {
  try {
    return progress.parse(JSON.parse(Buffer.from(position, 'base64url').toString('utf8')));
  } catch {
    return null;
  }
}
