import type { ChangeCounts } from './round.js';

interface Present {
  readonly presence: 'live' | 'softDeleted';
}

/**
 * What became of a directory object from one state to another, null meaning that there is none.
 * @param same whether two states of the same presence are alike
 */
export function objectChange<Row extends Present>(
  before: Row | null,
  after: Row | null,
  same: (before: Row, after: Row) => boolean,
): keyof ChangeCounts | 'none' {
  if (before === null) {
    if (after === null) return 'none';
    return after.presence === 'live' ? 'created' : 'softDeleted';
  }
  if (after === null) return 'deleted';
  if (before.presence !== after.presence) return after.presence === 'live' ? 'restored' : 'softDeleted';
  return same(before, after) ? 'none' : 'updated';
}
