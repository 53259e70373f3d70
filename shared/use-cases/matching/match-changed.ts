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
  const writing = new Writing(ports, fence, setupId, component, changed, job);
  await carryOut(
    ports,
    fence,
    setup,
    {
      rows: now,
      records: [...component.records.values()].map(keyedRecord),
      recordIds: [...new Set([...component.records.keys(), ...concerned, ...recordIds])],
      begin: (ids) => ports.recordNews.begin(fence, setupId, ids),
      write: (matching, after) => writing.write(matching, after),
      end: (ids) =>
        ports.recordNews.done(
          fence,
          setupId,
          ids.map((recordId) => ({ recordId, tag: null })),
        ),
    },
    job,
  );
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

  async write({ conflicts }: Matching, everybody: readonly MatchRow[]): Promise<void> {
    const { ports, fence, setupId, changed, stored } = this;
    const isOtherwise = (row: MatchRow): boolean => standsOtherwise(stored.get(row.directoryId), row);
    const after = everybody.filter((row) => changed.rows.has(row.directoryId) || isOtherwise(row));
    const concerned = after.filter(isOtherwise);
    if (concerned.length > 0) await this.job.mark(concerned.map(({ directoryId }) => directoryId));
    await ports.matchIndex.add(fence, setupId, after.flatMap(userEntries));
    await ports.matches.write(fence, setupId, after);
    const kept = new Set(conflicts.map(conflictName));
    const places = [...this.placesOf(after), ...this.conflicts];
    await ports.matchConflicts.remove(
      fence,
      setupId,
      places.filter((place) => !kept.has(conflictName(place))),
    );
    await ports.matchConflicts.put(fence, setupId, conflicts.map(keptConflict));
    this.conflicts = conflicts;
    for (const row of after) stored.set(row.directoryId, row);
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
