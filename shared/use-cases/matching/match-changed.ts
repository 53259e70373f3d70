import { userKeys } from '../../core/matching/match-keys.js';
import type { Matching } from '../../core/matching/match-records.js';
import { MATCH_KEYS, type Setup } from '../../core/setup/setup.js';
import type { MatchRow } from '../../ports/matches.js';
import type { MatchingJob } from '../../ports/record-matching.js';
import type { Fence } from '../../ports/scope.js';
import { asMirrored, forgetDecisions, holdersAmong } from './as-mirrored.js';
import { componentOf, type Changed, type Component } from './component.js';
import { recordsOf, userEntries } from './index-entries.js';
import { matchEverybodyOf } from './match-everybody.js';
import { conflictName, keptConflict, keyedRecord, standsOtherwise } from './match-outcome.js';
import { carryOut } from './matching-round.js';
import type { RecordMatchingPorts } from './ports.js';

/** Users and records that are looked at one by one. */
const MOST = 5_000;

/** Matches again whom it concerns that these rows are as they are given, or that these records may be free. */
export async function matchChanged(
  ports: RecordMatchingPorts,
  fence: Fence,
  setup: Setup,
  given: Changed,
  job: MatchingJob,
): Promise<void> {
  const { rows, recordIds } = given;
  if (rows.size + recordIds.length === 0) return;
  const { setupId } = setup;
  const component = await componentOf(ports, fence, setupId, given, MOST);
  if (component === 'tooMany') {
    // Once the rows are written, nothing else tells that they are not matched yet.
    const state = await ports.matchingStates.get(fence.tenantId, setupId);
    await ports.matchingStates.save(fence, { ...state, basis: null });
    await ports.matchIndex.add(fence, setupId, [...rows.values()].flatMap(userEntries));
    if (rows.size > 0) await job.mark([...rows.keys()]);
    await ports.matches.write(fence, setupId, [...rows.values()]);
    await matchEverybodyOf(ports, fence, setup, null, job);
    return;
  }
  const rest = [...component.rows.values()].filter(({ directoryId }) => !rows.has(directoryId));
  const mirrored = await asMirrored(ports, fence, holdersAmong(rest));
  await forgetDecisions(ports, fence, setupId, mirrored.gone);
  const changed = { rows: new Map([...mirrored.changed, ...rows]), recordIds };
  const now = [...new Map([...component.rows, ...changed.rows]).values()];
  const concerned = [...component.rows.values(), ...now].flatMap(recordsOf);
  const allIds = [...new Set([...component.records.keys(), ...concerned, ...recordIds])];
  const unfinished = new Unfinished(ports, fence, setupId);
  const writing = new Writing(ports, fence, setupId, component, changed, job);
  await carryOut(
    ports,
    fence,
    setup,
    {
      rows: now,
      records: [...component.records.values()].map(keyedRecord),
      recordIds: allIds,
      begin: (ids) => unfinished.begin(ids),
      write: async (matching, after) => {
        // Rows that are stored count as matched: what a stop leaves out is found by the records alone.
        if (writing.changesStandings(matching, after)) await unfinished.begin(allIds);
        await writing.write(matching, after);
      },
      end: () => unfinished.end(),
    },
    job,
  );
}

/** Records that are looked at again should the matching be stopped before its end. */
class Unfinished {
  private readonly begun = new Set<string>();

  constructor(
    private readonly ports: Pick<RecordMatchingPorts, 'recordNews'>,
    private readonly fence: Fence,
    private readonly setupId: string,
  ) {}

  async begin(recordIds: readonly string[]): Promise<void> {
    const fresh = recordIds.filter((id) => !this.begun.has(id));
    if (fresh.length > 0) await this.ports.recordNews.begin(this.fence, this.setupId, fresh);
    for (const id of fresh) this.begun.add(id);
  }

  async end(): Promise<void> {
    const items = [...this.begun].map((recordId) => ({ recordId, tag: null }));
    await this.ports.recordNews.done(this.fence, this.setupId, items);
  }
}

/** Writes what a component comes to, as often as it comes to something else. */
class Writing {
  private readonly stored: Map<string, MatchRow>;
  private conflicts: Matching['conflicts'] = [];

  constructor(
    private readonly ports: RecordMatchingPorts,
    private readonly fence: Fence,
    private readonly setupId: string,
    component: Component,
    private readonly changed: Changed,
    private readonly job: MatchingJob,
  ) {
    this.stored = new Map(component.rows);
  }

  /** Whether anybody stands otherwise than it is stored, or conflicts are written or removed. */
  changesStandings({ conflicts }: Matching, everybody: readonly MatchRow[]): boolean {
    if (conflicts.length + this.conflicts.length > 0) return true;
    return everybody.some((row) => this.isOtherwise(row) || row.isInConflict);
  }

  /**
   * A conflict is found by the row of its first user: it is removed before that row changes, and kept after it is
   * stored.
   */
  async write({ conflicts }: Matching, everybody: readonly MatchRow[]): Promise<void> {
    const { ports, fence, setupId, changed, stored } = this;
    const after = everybody.filter((row) => changed.rows.has(row.directoryId) || this.isOtherwise(row));
    const concerned = after.filter((row) => this.isOtherwise(row));
    if (concerned.length > 0) await this.job.mark(concerned.map(({ directoryId }) => directoryId));
    await ports.matchIndex.add(fence, setupId, after.flatMap(userEntries));
    const kept = new Set(conflicts.map(conflictName));
    const places = [...this.placesOf(after), ...this.conflicts];
    await ports.matchConflicts.remove(
      fence,
      setupId,
      places.filter((place) => !kept.has(conflictName(place))),
    );
    await ports.matches.write(fence, setupId, after);
    await ports.matchConflicts.put(fence, setupId, conflicts.map(keptConflict));
    this.conflicts = conflicts;
    for (const row of after) stored.set(row.directoryId, row);
  }

  private isOtherwise(row: MatchRow): boolean {
    return standsOtherwise(this.stored.get(row.directoryId), row);
  }

  /** Where conflicts of these users stand, if there are any: each is named by its value and its first user. */
  private placesOf(after: readonly MatchRow[]) {
    const { changed, stored } = this;
    const written = new Set(after.map(({ directoryId }) => directoryId));
    const asked = new Set(changed.recordIds);
    const isPlace = (row: MatchRow): boolean =>
      row.isInConflict || written.has(row.directoryId) || recordsOf(row).some((id) => asked.has(id));
    return [...stored.values(), ...after].filter(isPlace).flatMap((row) => {
      const directoryIds = [row.directoryId];
      const ofRecords = recordsOf(row).map((value) => ({ key: 'record' as const, value, directoryIds }));
      if (row.user === null) return ofRecords;
      const values = userKeys(row.user);
      const ofKeys = MATCH_KEYS.flatMap((key) => values[key].map((value) => ({ key, value, directoryIds })));
      return [...ofRecords, ...ofKeys];
    });
  }
}
