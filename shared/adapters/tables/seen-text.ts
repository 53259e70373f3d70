import type { SeenChunk } from '../../core/seen.js';

/** Objects in order, then the references as runs from one object: its id, then those it refers to. */
type PackedChunk = readonly [
  objects: readonly string[],
  references: readonly (readonly [string, ...string[]])[],
];

const YES = '+';
const NO = '-';

/** A chunk as text of about 39 characters per object and reference. */
export function packSeenChunk(seen: SeenChunk): string {
  const objects = seen.objects.map(({ id, live }) => (live ? YES : NO) + id);
  const runs: [string, ...string[]][] = [];
  for (const { from, to, present } of seen.references) {
    let run = runs.at(-1);
    if (run?.[0] !== from) runs.push((run = [from]));
    run.push((present ? YES : NO) + to);
  }
  const packed: PackedChunk = [objects, runs];
  return JSON.stringify(packed);
}

export function unpackSeenChunk(text: string): SeenChunk {
  const [objects, runs] = JSON.parse(text) as PackedChunk;
  return {
    objects: objects.map((entry) => ({ id: entry.slice(1), live: entry.startsWith(YES) })),
    references: runs.flatMap(([from, ...targets]) =>
      targets.map((entry) => ({ from, to: entry.slice(1), present: entry.startsWith(YES) })),
    ),
  };
}
