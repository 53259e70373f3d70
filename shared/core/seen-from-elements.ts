import type { DeltaElement } from './delta-page.js';
import type { SeenChunk } from './seen.js';

/** What a full round must remember of a stretch, in arrival order, so that its sweep knows what was not there. */
export function seenFromElements(elements: readonly DeltaElement[]): SeenChunk {
  return {
    objects: elements.map((element) => ({ id: element.id, live: element.kind === 'present' })),
    references: elements.flatMap((element) =>
      element.kind === 'present'
        ? (element.references ?? []).map((member) => ({
            from: element.id,
            to: member.id,
            present: !member.removed,
          }))
        : [],
    ),
  };
}
