import type { ProductRecord } from '../../core/matching/product-record.js';
import type { RecordTie } from '../../core/people/facts.js';
import type { Setup } from '../../core/setup/setup.js';
import { NO_DECISION, type MatchRow } from '../../ports/matches.js';
import type { MatchStandings, RecordMatching } from '../../ports/record-matching.js';
import type { TenantScope } from '../../ports/scope.js';
import { foresee } from './foresee.js';
import { matchChanged } from './match-changed.js';
import { matchEverybodyOf } from './match-everybody.js';
import type { RecordMatchingPorts } from './ports.js';
import { takeOverDecisions, takeOverUploads } from './take-over.js';

const NOTHING: MatchStandings = { ties: new Map(), inConflict: new Set(), recordErrors: new Map() };

/** Matching for the jobs of tenants. */
export function createRecordMatching(ports: RecordMatchingPorts): RecordMatching {
  const inTurn = createTurns();
  const standingsOf = async (
    scope: TenantScope,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<MatchStandings> => {
    const { isActive } = await ports.matchingStates.get(scope.tenantId, setupId);
    if (!isActive) return NOTHING;
    const rows = [...(await ports.matches.read(scope, setupId, directoryIds)).values()];
    const tied = rows.flatMap(({ tie }) => tie?.recordId ?? []);
    return standings(rows, await ports.records.read(scope.tenantId, setupId, tied));
  };
  const awaitsRecords = async (tenantId: string, setupId: string): Promise<boolean> => {
    const uploads = await ports.recordUploads.open(tenantId, setupId);
    return uploads.some(({ status }) => status !== 'receiving');
  };
  return {
    standingsOf,
    async hasNews(tenantId, setupId) {
      const [uploads, decisions] = await Promise.all([
        awaitsRecords(tenantId, setupId),
        ports.matchDecisions.news(tenantId, setupId, 1),
      ]);
      return uploads || decisions.length > 0;
    },
    awaitsRecords,
    async takeOver(fence, setup, everybody, job) {
      return await inTurn(fence, setup, async () => {
        const taken = await takeOverUploads(ports, fence, setup, everybody, job);
        if (taken === 'interrupted') return taken;
        await takeOverDecisions(ports, fence, setup, job);
        return taken === 'everybody' ? taken : 'some';
      });
    },
    async foresee(scope, setup, everybody, isLate) {
      const { isActive } = await ports.matchingStates.get(scope.tenantId, setup.setupId);
      if (!isActive && !(await awaitsRecords(scope.tenantId, setup.setupId))) return NOTHING;
      const foreseen = await foresee(ports, scope, setup, everybody, isLate);
      return foreseen === null ? null : standings(foreseen.rows, foreseen.records);
    },
    async matchUsers(fence, setup, users, job) {
      const { setupId } = setup;
      const { isComplete } = await ports.matchingStates.get(fence.tenantId, setupId);
      if (!isComplete) return;
      await inTurn(fence, setup, async () => {
        const changed = await changedRows(ports, fence, setupId, users);
        await matchChanged(ports, fence, setup, changed, job);
      });
    },
    async matchEverybody(fence, setup, everybody, job) {
      const { setupId } = setup;
      const { isComplete } = await ports.matchingStates.get(fence.tenantId, setupId);
      if (!isComplete) return;
      await inTurn(fence, setup, () => matchEverybodyOf(ports, fence, setup, everybody, job));
    },
  };
}

function standings(rows: readonly MatchRow[], records: ReadonlyMap<string, ProductRecord>): MatchStandings {
  const ties = new Map<string, RecordTie>();
  const recordErrors = new Map<string, string | null>();
  for (const { directoryId, tie, decision } of rows) {
    if (tie !== null) {
      const { recordId, matchedBy } = tie;
      ties.set(directoryId, { recordId, matchedBy, values: records.get(recordId)?.values ?? {} });
    }
    const answered = decision.recordError !== null || decision.choice?.matchedBy === 'created';
    if (answered) recordErrors.set(directoryId, decision.recordError);
  }
  const inConflict = new Set(
    rows.filter(({ isInConflict }) => isInConflict).map(({ directoryId }) => directoryId),
  );
  return { ties, inConflict, recordErrors };
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
  users: Parameters<RecordMatching['matchUsers']>[2],
): Promise<Map<string, MatchRow>> {
  const ids = users.map(({ directoryId }) => directoryId);
  const stored = await matches.read(scope, setupId, ids);
  const changed = new Map<string, MatchRow>();
  for (const { directoryId, user } of users) {
    const known = stored.get(directoryId) ?? nothingKnown(directoryId);
    if (JSON.stringify(known.user) !== JSON.stringify(user)) changed.set(directoryId, { ...known, user });
  }
  return changed;
}

function nothingKnown(directoryId: string): MatchRow {
  return { directoryId, user: null, tie: null, isInConflict: false, decision: NO_DECISION };
}
