import type { MatchSubject } from '../../core/matching/match-subject.js';
import type { Setup } from '../../core/setup/setup.js';
import type { MatchRow } from '../../ports/matches.js';
import type { RecordMatching } from '../../ports/record-matching.js';
import type { TenantScope } from '../../ports/scope.js';
import { foresee } from './foresee.js';
import { forgetDecisions } from './as-mirrored.js';
import { matchChanged } from './match-changed.js';
import { leaveClaims } from './leave-claims.js';
import { matchNumbers } from './match-numbers.js';
import { matchEverybodyOf } from './match-everybody.js';
import { isDecided, isSame, nothingKnown, rowOf } from './match-row.js';
import type { RecordMatchingPorts } from './ports.js';
import { NOTHING_MATCHED, standings, standingsOf } from './standings.js';
import { takeOver } from './take-over.js';
import { awaitsRecords, hasNews, hasRecords } from './news.js';

/** Matching for the jobs of tenants. */
export function createRecordMatching(ports: RecordMatchingPorts): RecordMatching {
  const inTurn = createTurns();
  return {
    standingsOf: (scope, setup, directoryIds, shown = new Map<string, string>()) =>
      standingsOf(ports, { scope, setup }, directoryIds, shown),
    hasNews: (setup) => hasNews(ports, setup),
    hasRecords: (tenantId, setupId) => hasRecords(ports, tenantId, setupId),
    awaitsRecords: (tenantId, setupId) => awaitsRecords(ports, tenantId, setupId),
    takeOver: (fence, setup, everybody, job) =>
      inTurn(fence, setup, () => takeOver(ports, fence, setup, everybody, job)),
    async foresee(scope, setup, everybody, isLate) {
      if (!(await hasRecords(ports, scope.tenantId, setup.setupId)))
        return { ...NOTHING_MATCHED, numbers: () => Promise.resolve(null) };
      const foreseen = await foresee(ports, scope, setup, everybody, isLate);
      if (foreseen === null) return null;
      return {
        ...standings(foreseen.rows, foreseen.records, new Set()),
        numbers: (pace) => matchNumbers(ports.phoneNumbers, foreseen, pace),
      };
    },
    async matchUsers(fence, setup, users, job) {
      const { setupId } = setup;
      const { isComplete } = await ports.matchingStates.get(fence.tenantId, setupId);
      if (!isComplete) return;
      await inTurn(fence, setup, async () => {
        const { changed, gone } = await changedRows(ports, fence, setupId, users);
        await forgetDecisions(ports, fence, setupId, gone);
        await matchChanged(ports, fence, setup, { rows: changed, recordIds: [] }, job);
      });
    },
    async forget(fence, setupId, directoryIds) {
      if (directoryIds.length > 0) await ports.matches.write(fence, setupId, directoryIds.map(nothingKnown));
    },
    async leaveOrganizations(fence, organizationIds, setupId, keepAlive) {
      for (const id of organizationIds) await leaveClaims(ports, fence, id, setupId, keepAlive);
    },
    async matchEverybody(fence, setup, everybody, job) {
      const { setupId } = setup;
      const { isComplete } = await ports.matchingStates.get(fence.tenantId, setupId);
      if (!isComplete) return;
      await inTurn(fence, setup, () => matchEverybodyOf(ports, fence, setup, everybody, job));
    },
  };
}

type Turns = <Result>(scope: TenantScope, setup: Setup, work: () => Promise<Result>) => Promise<Result>;

/** A job may derive several buckets side by side: what matches one setup writes what the other has read. */
function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return async ({ tenantId }, { setupId }, work) => {
    const name = `${tenantId} ${setupId}`;
    const before = last.get(name) ?? Promise.resolve();
    const turn = before.then(work, work);
    last.set(name, turn);
    try {
      return await turn;
    } finally {
      if (last.get(name) === turn) last.delete(name);
    }
  };
}

async function changedRows(
  { matches }: RecordMatchingPorts,
  scope: TenantScope,
  setupId: string,
  users: readonly MatchSubject[],
): Promise<{ readonly changed: ReadonlyMap<string, MatchRow>; readonly gone: readonly string[] }> {
  const ids = users.map(({ directoryId }) => directoryId);
  const stored = await matches.read(scope, setupId, ids);
  const changed = new Map<string, MatchRow>();
  const gone: string[] = [];
  for (const subject of users) {
    const known = stored.get(subject.directoryId) ?? nothingKnown(subject.directoryId);
    const row = rowOf(known, subject);
    if (!isSame(known, row)) changed.set(subject.directoryId, row);
    if (subject.presence === 'gone' && isDecided(known)) gone.push(subject.directoryId);
  }
  return { changed, gone };
}
