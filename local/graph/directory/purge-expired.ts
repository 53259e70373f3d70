import type { DirectoryChange } from '../control-api.js';
import type { Random } from '../random.js';
import type { DirectoryState } from './directory-state.js';

/** Of which purged objects no delta query tells. */
export type SilentPurges = 'none' | 'some' | 'all';

/** Returns the purges of what was soft-deleted at that instant or before, milliseconds. */
export function duePurges(
  { users, groups }: DirectoryState,
  deletedUntil: number,
  silentPurges: SilentPurges,
  random: Random,
): readonly DirectoryChange[] {
  const due = [...users.softDeleted, ...groups.softDeleted].filter(
    ({ deletedAt }) => deletedAt !== undefined && deletedAt <= deletedUntil,
  );
  return due.map(({ id }) => ({ kind: 'purge', id, silent: isSilent(silentPurges, random) }));
}

function isSilent(silentPurges: SilentPurges, random: Random): boolean {
  switch (silentPurges) {
    case 'none':
      return false;
    case 'all':
      return true;
    case 'some':
      return random.next() < 0.5;
  }
}
