import type { ProductRecord } from '../../core/matching/product-record.js';
import { recordKeys } from '../../core/matching/match-keys.js';
import type { MatchRow } from '../../ports/matches.js';
import type { TenantScope } from '../../ports/scope.js';
import { recordsOf, tieValue, valuesOfRecord, valuesOfUser } from './index-entries.js';
import type { RecordMatchingPorts } from './ports.js';

export interface Component {
  readonly rows: Map<string, MatchRow>;
  readonly records: Map<string, ProductRecord>;
}

/** What a matching begins from. */
export interface Changed {
  /** Rows that are about to be written: what they share counts beside what the stored ones do. */
  readonly rows: ReadonlyMap<string, MatchRow>;
  /** Records that may be free, or not any more. */
  readonly recordIds: readonly string[];
}

/**
 * Everybody and everything that hangs together with these users by values of keys, ties and choices, as it is stored.
 * `tooMany`: more than `most`, so that matching everybody is cheaper.
 */
export async function componentOf(
  ports: RecordMatchingPorts,
  scope: TenantScope,
  setupId: string,
  { rows: changed, recordIds: seeds }: Changed,
  most: number,
): Promise<Component | 'tooMany'> {
  const found: Component = { rows: new Map(), records: new Map() };
  const met = { users: new Set<string>(), records: new Set<string>(), values: new Set<string>() };
  let users = [...changed.keys()];
  let records = [...seeds];
  let values = [...[...changed.values()].flatMap(valuesOfUser), ...seeds.map(tieValue)];
  while (users.length + records.length + values.length > 0) {
    for (const id of users) met.users.add(id);
    for (const id of records) met.records.add(id);
    for (const value of values) met.values.add(value);
    if (met.users.size + met.records.size > most) return 'tooMany';
    const [rows, read, sharing] = await Promise.all([
      ports.matches.read(scope, setupId, users),
      ports.records.read(scope.tenantId, setupId, records),
      ports.matchIndex.find(scope.tenantId, setupId, values),
    ]);
    for (const [id, row] of rows) found.rows.set(id, row);
    for (const [id, record] of read) found.records.set(id, record);
    const alsoUsers = [...read.values()].flatMap((record) => recordKeys(record).entraId);
    const alsoRecords = [...rows.values(), ...users.flatMap((id) => changed.get(id) ?? [])].flatMap(
      recordsOf,
    );
    const next = [...[...rows.values()].flatMap(valuesOfUser), ...[...read.values()].flatMap(valuesOfRecord)];
    users = fresh([...sharing.directoryIds, ...alsoUsers], met.users);
    records = fresh([...sharing.recordIds, ...alsoRecords], met.records);
    values = fresh(next, met.values);
  }
  return found;
}

function fresh(ids: readonly string[], met: ReadonlySet<string>): string[] {
  return [...new Set(ids)].filter((id) => !met.has(id));
}
