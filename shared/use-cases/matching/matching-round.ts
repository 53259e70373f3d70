import { RowConflict } from '../../core/failures.js';
import { isBlocking } from '../../core/matching/match-conflict.js';
import type { KeyedRecord } from '../../core/matching/match-input.js';
import type { Matching } from '../../core/matching/match-records.js';
import { isSetup, stakeIn, unclaimed, type SetupRef, type Stake } from '../../core/matching/record-claim.js';
import type { Setup } from '../../core/setup/setup.js';
import type { MatchRow } from '../../ports/matches.js';
import type { StoredClaim } from '../../ports/record-claims.js';
import type { MatchingJob } from '../../ports/record-matching.js';
import type { Fence } from '../../ports/scope.js';
import { matchRows, rowsAfter, type Elsewhere } from './match-outcome.js';
import type { RecordMatchingPorts } from './ports.js';
import { SetupClaims } from './setup-claims.js';
import { Stretches } from './stretches.js';

/** Times that a matching is done again since another setup was quicker. */
const MOST_ROUNDS = 8;

/** A matching, and how what comes of it is kept. */
export interface MatchingRound {
  readonly rows: readonly MatchRow[];
  readonly records: readonly KeyedRecord[];
  /** Every record that the setup has, had, or would have. */
  readonly recordIds: readonly string[];
  /** Before claims on these records change: until `end` they are looked at again after a stop. */
  begin(recordIds: readonly string[]): Promise<void>;
  /** Repeatable, with another outcome too. */
  write(matching: Matching, after: readonly MatchRow[]): Promise<void>;
  end(): Promise<void>;
}

/**
 * Matches, and ties nobody to a record before the setup has claimed it. Claims are looked at again once the ties are
 * written: where another setup was quicker everything is matched again, without the record.
 * @throws RowConflict if others were quicker again and again
 */
export async function carryOut(
  ports: RecordMatchingPorts,
  fence: Fence,
  setup: Setup,
  round: MatchingRound,
  { keepAlive }: Pick<MatchingJob, 'keepAlive'>,
): Promise<void> {
  const { organizationId, match } = setup.document;
  const me: SetupRef = { tenantId: fence.tenantId, setupId: setup.setupId };
  const claims = new SetupClaims(ports, fence, organizationId, me, keepAlive);
  const vacancies = new Vacancies(claims);
  const stretches = new Stretches(ports.clock);
  for (let left = MOST_ROUNDS; left > 0;) {
    const stored = await ports.recordClaims.read(organizationId, round.recordIds);
    const elsewhere = elsewhereOf(stored.values(), me, vacancies.found);
    const matching = await stretches.through(matchRows(match, round.rows, round.records, elsewhere));
    if (await vacancies.foundAmong(recordsAwaited(matching, elsewhere), stored)) continue;
    left -= 1;
    const after = [...rowsAfter(round.rows, matching, elsewhere)];
    const changes = changedStakes(stakesOf(round, matching, after, elsewhere), stored, me);
    await round.begin([...changes.keys()]);
    const { taking, rest } = parted(changes);
    if (taking.length > 0 && !(await claims.take(taking, stored))) {
      vacancies.forget();
      continue;
    }
    await round.write(matching, after);
    const isSettled = await claims.settle(rest, stored);
    const written = [...new Set([...taking, ...recordsOfNewTies(round.rows, after)])];
    const areHeld = written.length === 0 || (await claims.holds(written));
    if (isSettled && areHeld) return round.end();
  }
  throw new RowConflict('Other setups of the organization kept taking the same records');
}

/**
 * Records that another setup holds and does not have. Of a holder that has ceased to be, or was stopped, nothing else
 * would ever say that the record is free.
 */
class Vacancies {
  readonly found = new Set<string>();
  private readonly lookedAt = new Set<string>();

  constructor(private readonly claims: SetupClaims) {}

  /** Whether there is one among these; each is looked at once. */
  async foundAmong(recordIds: readonly string[], stored: ReadonlyMap<string, StoredClaim>): Promise<boolean> {
    const fresh = recordIds.filter((id) => !this.lookedAt.has(id));
    for (const id of fresh) this.lookedAt.add(id);
    const vacant = await this.claims.vacantAmong(fresh, stored);
    for (const id of vacant) this.found.add(id);
    return vacant.length > 0;
  }

  /** Somebody else has one since. */
  forget(): void {
    this.found.clear();
  }
}

/**
 * Another setup may take a record as long as the user who had it is gone and the next one's tie is not written: also
 * of a record that the setup has anyway.
 */
function recordsOfNewTies(before: readonly MatchRow[], after: readonly MatchRow[]): string[] {
  const had = new Map(before.map(({ directoryId, tie }) => [directoryId, tie?.recordId]));
  return after.flatMap(({ directoryId, tie }) =>
    tie === null || had.get(directoryId) === tie.recordId ? [] : [tie.recordId],
  );
}

function parted(changes: ReadonlyMap<string, Stake>) {
  const taking: string[] = [];
  const rest = new Map<string, Exclude<Stake, 'holder'>>();
  for (const [id, stake] of changes)
    if (stake === 'holder') taking.push(id);
    else rest.set(id, stake);
  return { taking, rest };
}

/**
 * What other setups have of these records, and would have.
 * @param vacant records whose holder turned out not to have them
 */
export function elsewhereOf(
  claims: Iterable<StoredClaim>,
  me: SetupRef,
  vacant: ReadonlySet<string> = new Set(),
): Elsewhere {
  const taken = new Set<string>();
  const wanted = new Set<string>();
  for (const { claim } of claims) {
    const isOthers = claim.holder !== null && !isSetup(claim.holder, me);
    if (isOthers && !vacant.has(claim.recordId)) taken.add(claim.recordId);
    if (claim.waiting.some((one) => !isSetup(one, me))) wanted.add(claim.recordId);
  }
  return { taken, wanted };
}

function stakesOf(
  { recordIds }: MatchingRound,
  { ties, conflicts }: Matching,
  after: readonly MatchRow[],
  { taken }: Elsewhere,
): Map<string, Stake> {
  const stakes = new Map<string, Stake>(recordIds.map((id) => [id, 'none']));
  for (const { formerRecordId } of after) if (formerRecordId !== null) stakes.set(formerRecordId, 'former');
  for (const id of recordsAwaited({ conflicts }, { taken })) stakes.set(id, 'waiting');
  for (const { recordId } of ties) stakes.set(recordId, 'holder');
  return stakes;
}

/** Records that somebody would be tied to, and that another setup has. */
function recordsAwaited(
  { conflicts }: Pick<Matching, 'conflicts'>,
  { taken }: Pick<Elsewhere, 'taken'>,
): string[] {
  const ids = conflicts.filter(isBlocking).flatMap(({ recordIds }) => recordIds);
  return [...new Set(ids)].filter((id) => taken.has(id));
}

/** Also those about which somebody may not have been told yet. */
function changedStakes(
  stakes: ReadonlyMap<string, Stake>,
  stored: ReadonlyMap<string, StoredClaim>,
  me: SetupRef,
): Map<string, Stake> {
  const changed = new Map<string, Stake>();
  for (const [recordId, stake] of stakes) {
    const claim = stored.get(recordId)?.claim ?? unclaimed(recordId);
    if (stakeIn(claim, me) !== stake || claim.untold.length > 0) changed.set(recordId, stake);
  }
  return changed;
}
