import type { SeenChunk } from '../../core/seen.js';

/** Objects in order, then the edges as runs of one group: its id, then its members. */
type PackedChunk = readonly [objects: readonly string[], edges: readonly (readonly [string, ...string[]])[]];

const YES = '+';
const NO = '-';

/** A chunk as text of about 39 characters per object and edge. */
export function packSeenChunk(seen: SeenChunk): string {
  const objects = seen.objects.map(({ id, live }) => (live ? YES : NO) + id);
  const runs: [string, ...string[]][] = [];
  for (const { groupId, memberId, present } of seen.edges) {
    let run = runs.at(-1);
    if (run?.[0] !== groupId) runs.push((run = [groupId]));
    run.push((present ? YES : NO) + memberId);
  }
  const packed: PackedChunk = [objects, runs];
  return JSON.stringify(packed);
}

export function unpackSeenChunk(text: string): SeenChunk {
  const [objects, runs] = JSON.parse(text) as PackedChunk;
  return {
    objects: objects.map((entry) => ({ id: entry.slice(1), live: entry.startsWith(YES) })),
    edges: runs.flatMap(([groupId, ...members]) =>
      members.map((entry) => ({ groupId, memberId: entry.slice(1), present: entry.startsWith(YES) })),
    ),
  };
}
