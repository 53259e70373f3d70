import { userKeys } from '../../core/matching/match-keys.js';
import { MATCH_KEYS, type Setup } from '../../core/setup/setup.js';
import type { MatchRow } from '../../ports/matches.js';
import type { MatchingJob } from '../../ports/record-matching.js';
import type { Fence } from '../../ports/scope.js';
import { asMirrored, forgetDecisions, holdersAmong } from './as-mirrored.js';
import { componentOf, type Component } from './component.js';
import { recordsOf, userEntries } from './index-entries.js';
import { matchEverybodyOf } from './match-everybody.js';
import {
  conflictName,
  freedRecords,
  keptConflict,
  keyedRecord,
  matchRows,
  rowsAfter,
  standsOtherwise,
} from './match-outcome.js';
import { OtherSetups } from './other-setups.js';
import type { RecordMatchingPorts } from './ports.js';

/** Users and records that are looked at one by one. */
const MOST = 5_000;

/** Matches again whom it concerns that these rows are as they are given. */
export async function matchChanged(
  ports: RecordMatchingPorts,
  fence: Fence,
  setup: Setup,
  given: ReadonlyMap<string, MatchRow>,
  job: MatchingJob,
): Promise<void> {
  if (given.size === 0) return;
  const { setupId } = setup;
  const component = await componentOf(ports, fence, setupId, given, MOST);
  if (component === 'tooMany') {
    await ports.matchIndex.add(fence, setupId, [...given.values()].flatMap(userEntries));
    await job.mark([...given.keys()]);
    await ports.matches.write(fence, setupId, [...given.values()]);
    await matchEverybodyOf(ports, fence, setup, null, job);
    return;
  }
  const others = await OtherSetups.of(ports, fence, setup);
  const rest = [...component.rows.values()].filter(({ directoryId }) => !given.has(directoryId));
  const mirrored = await asMirrored(ports, fence, holdersAmong(rest));
  await forgetDecisions(ports, fence, setupId, mirrored.gone);
  const changed = new Map([...mirrored.changed, ...given]);
  const taken = await others.taken([...component.records.keys()]);
  const records = [...component.records.values()].map(keyedRecord);
  const now = new Map([...component.rows, ...changed]);
  const matching = matchRows(setup.document.match, now.values(), records, taken);
  const everybody = [...rowsAfter(now.values(), matching)];
  const after = everybody.filter(
    (row) => changed.has(row.directoryId) || standsOtherwise(component.rows.get(row.directoryId), row),
  );
  const concerned = after.filter((row) => standsOtherwise(component.rows.get(row.directoryId), row));
  if (concerned.length > 0) await job.mark(concerned.map(({ directoryId }) => directoryId));
  await others.markWaiting(freedRecords(component.rows.values(), everybody), job);
  await ports.matchIndex.add(fence, setupId, after.flatMap(userEntries));
  await ports.matches.write(fence, setupId, after);
  const kept = new Set(matching.conflicts.map(conflictName));
  const gone = placesOf(component, changed).filter((place) => !kept.has(conflictName(place)));
  await ports.matchConflicts.remove(fence, setupId, gone);
  await ports.matchConflicts.put(fence, setupId, matching.conflicts.map(keptConflict));
}

/** Where conflicts of these users stand, if there are any: each is named by its value and its first user. */
function placesOf({ rows }: Component, changed: ReadonlyMap<string, MatchRow>) {
  return [...rows.values(), ...changed.values()].flatMap((row) => {
    if (!row.isInConflict && !changed.has(row.directoryId)) return [];
    const directoryIds = [row.directoryId];
    const ofRecords = recordsOf(row).map((value) => ({ key: 'record' as const, value, directoryIds }));
    if (row.user === null) return ofRecords;
    const values = userKeys(row.user);
    const ofKeys = MATCH_KEYS.flatMap((key) => values[key].map((value) => ({ key, value, directoryIds })));
    return [...ofRecords, ...ofKeys];
  });
}
