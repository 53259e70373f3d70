import type { MatchRow } from '../../ports/matches.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import { goneRow, isDecided } from './match-row.js';
import type { RecordMatchingPorts } from './ports.js';

export interface Mirrored {
  /** Rows that differ from those given. */
  readonly changed: ReadonlyMap<string, MatchRow>;
  /** Users who are permanently deleted. */
  readonly gone: readonly string[];
}

/**
 * Returns these users as the mirror has them now. A row may lag behind: of two users who change in one
 * round, the one who gets an address may be matched before the one who lost it.
 */
export async function asMirrored(
  { mirror }: Pick<RecordMatchingPorts, 'mirror'>,
  scope: TenantScope,
  rows: Iterable<MatchRow>,
): Promise<Mirrored> {
  const asked = [...rows];
  const changed = new Map<string, MatchRow>();
  const gone: string[] = [];
  if (asked.length === 0) return { changed, gone };
  const users = await mirror.readUsers(
    scope,
    asked.map(({ directoryId }) => directoryId),
  );
  for (const row of asked) {
    const { directoryId, isSoftDeleted } = row;
    const presence = users.get(directoryId)?.presence;
    if (presence === undefined) {
      changed.set(directoryId, goneRow(row));
      gone.push(directoryId);
    } else if (presence === 'softDeleted' && !isSoftDeleted)
      changed.set(directoryId, { ...row, user: null, isSoftDeleted: true });
    else if (presence === 'live' && isSoftDeleted) changed.set(directoryId, { ...row, isSoftDeleted: false });
  }
  return { changed, gone };
}

/** Whoever keeps a record from others. */
export function holdersAmong(rows: Iterable<MatchRow>): readonly MatchRow[] {
  return [...rows].filter((row) => row.tie !== null || isDecided(row));
}

/** Before the rows say so: what is decided about nobody must not keep a record from anybody. */
export async function forgetDecisions(
  { matchDecisions }: Pick<RecordMatchingPorts, 'matchDecisions'>,
  fence: Fence,
  setupId: string,
  gone: readonly string[],
): Promise<void> {
  if (gone.length > 0) await matchDecisions.forget(fence, setupId, gone);
}
