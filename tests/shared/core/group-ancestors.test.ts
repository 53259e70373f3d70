import { describe, expect, it } from 'vitest';
import { GroupAncestors } from '../../../shared/core/group-ancestors.js';

function above(
  wanted: readonly string[] | null,
  groups: Readonly<Record<string, readonly string[]>>,
  dead: string[] = [],
) {
  const ancestors = new GroupAncestors(wanted === null ? null : new Set(wanted));
  for (const [id, parents] of Object.entries(groups)) ancestors.learn(id, !dead.includes(id), parents);
  return (id: string) => [...ancestors.of(id)].sort();
}

describe('the groups above a group', () => {
  it('are found through diamonds and cycles, each once', () => {
    const of = above(null, { a: ['b', 'c'], b: ['d'], c: ['d'], d: ['a'] });
    expect(of('a')).toEqual(['a', 'b', 'c', 'd']);
    expect(of('d')).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are not reached through a group that is not live', () => {
    const of = above(null, { a: ['b'], b: ['c'], c: [] }, ['b']);
    expect(of('a')).toEqual(['a']);
    expect(of('b')).toEqual([]);
  });

  it('are told only where they are wanted, through whichever others', () => {
    expect(above(['c'], { a: ['b'], b: ['c'], c: [] })('a')).toEqual(['c']);
  });
});
