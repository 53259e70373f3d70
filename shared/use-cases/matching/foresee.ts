import type { KeyedRecord } from '../../core/matching/match-input.js';
import type { ProductRecord } from '../../core/matching/product-record.js';
import type { Setup } from '../../core/setup/setup.js';
import type { MatchDecision, MatchRow } from '../../ports/matches.js';
import type { EveryUser } from '../../ports/record-matching.js';
import type { RecordUpload } from '../../ports/records.js';
import type { TenantScope } from '../../ports/scope.js';
import { asMirrored } from './as-mirrored.js';
import { recordsOf } from './index-entries.js';
import { asRead, everyRow } from './match-everybody.js';
import { keyedRecord, matchRows, rowsAfter, type Elsewhere } from './match-outcome.js';
import { nothingKnown } from './match-row.js';
import { elsewhereOf } from './matching-round.js';
import type { RecordMatchingPorts } from './ports.js';
import { Stretches } from './stretches.js';

/** Records, and decisions, that somebody who waits for a page may have matched. */
const MOST_RECORDS = 50_000;
const MOST_DECISIONS = 1_000;

/** What everybody's rows would be, and the records that they name. */
export interface Foreseen {
  readonly rows: readonly MatchRow[];
  readonly records: ReadonlyMap<string, ProductRecord>;
  /** Those that another setup of the organization has. */
  readonly takenElsewhere: ReadonlySet<string>;
}

/**
 * Matches everybody as a job would, were the lists and decisions that wait taken over; writes nothing.
 * @param isLate asked between pages
 * @returns null where there is too much of it, or it is late
 */
export async function foresee(
  ports: RecordMatchingPorts,
  scope: TenantScope,
  setup: Setup,
  everybody: EveryUser,
  isLate: () => boolean,
): Promise<Foreseen | null> {
  try {
    const keepAlive = (): Promise<void> => (isLate() ? Promise.reject(new TooMuch()) : Promise.resolve());
    // Before the rows: what a job takes over while this reads is in the one or in the other.
    const news = await decidedSince(ports, setup);
    const records = await everyRecord(ports, scope, setup, keepAlive);
    const stored = await everyRow(ports, scope, setup.setupId, { keepAlive });
    const { rows: read } = await asRead(stored, everybody, { keepAlive });
    const rows = [...read.values()];
    const stretches = new Stretches(ports.clock);
    const keyed: KeyedRecord[] = [];
    for await (const record of stretches.over(records.values())) keyed.push(keyedRecord(record));
    const matched = async (of: readonly MatchRow[]): Promise<Foreseen> => {
      const elsewhere = await claimedElsewhere(ports, setup, [...records.keys(), ...of.flatMap(recordsOf)]);
      const matching = await stretches.through(matchRows(setup.document.match, of, keyed, elsewhere));
      const rows: MatchRow[] = [];
      for await (const row of stretches.over(rowsAfter(of, matching, elsewhere))) rows.push(row);
      return { rows, records, takenElsewhere: elsewhere.taken };
    };
    // As a job does: lists first, and then decisions, since a tie that was made stays.
    const byLists = await matched(rows);
    const after = await decided(ports, scope, setup, byLists.rows, news);
    return after === byLists.rows ? byLists : await matched(after);
  } catch (failure) {
    if (failure instanceof TooMuch) return null;
    throw failure;
  }
}

class TooMuch extends Error {}

async function claimedElsewhere(
  { recordClaims }: RecordMatchingPorts,
  { tenantId, setupId, document }: Setup,
  recordIds: readonly string[],
): Promise<Elsewhere> {
  const claims = await recordClaims.read(document.organizationId, [...new Set(recordIds)]);
  return elsewhereOf(claims.values(), { tenantId, setupId });
}

/** The setup's records as they will be; read again if a job took a list over while it was read. */
async function everyRecord(
  ports: RecordMatchingPorts,
  scope: TenantScope,
  setup: Setup,
  keepAlive: () => Promise<void>,
): Promise<Map<string, ProductRecord>> {
  for (;;) {
    const waiting = await waitingLists(ports, setup);
    const found = await recordsWith(ports, scope, setup, waiting, keepAlive);
    const still = new Set((await waitingLists(ports, setup)).map(({ uploadId }) => uploadId));
    if (waiting.every(({ uploadId }) => still.has(uploadId))) return found;
    await keepAlive();
  }
}

async function waitingLists(
  { recordUploads }: RecordMatchingPorts,
  { tenantId, setupId }: Setup,
): Promise<readonly RecordUpload[]> {
  const open = await recordUploads.open(tenantId, setupId);
  return open.filter(({ status }) => status === 'waiting');
}

async function recordsWith(
  { records, recordUploads }: RecordMatchingPorts,
  { tenantId }: TenantScope,
  { setupId }: Setup,
  waiting: readonly RecordUpload[],
  keepAlive: () => Promise<void>,
): Promise<Map<string, ProductRecord>> {
  if (waiting.reduce((sum, { rows }) => sum + rows, 0) > MOST_RECORDS) throw new TooMuch();
  const found = new Map<string, ProductRecord>();
  for await (const page of records.scan(tenantId, setupId)) {
    await keepAlive();
    for (const { record } of page) found.set(record.recordId, record);
    if (found.size > MOST_RECORDS) throw new TooMuch();
  }
  for (const upload of waiting) {
    if (upload.mode === 'replace') found.clear();
    for (const record of await rowsOf(recordUploads, upload, keepAlive)) found.set(record.recordId, record);
  }
  return found;
}

async function rowsOf(
  recordUploads: RecordMatchingPorts['recordUploads'],
  upload: RecordUpload,
  keepAlive: () => Promise<void>,
): Promise<ProductRecord[]> {
  const rows: ProductRecord[] = [];
  for (let chunk = 0; chunk < upload.chunks; chunk += 1) {
    await keepAlive();
    rows.push(...(await recordUploads.readChunk(upload, chunk)));
  }
  return rows;
}

async function decidedSince(
  { matchDecisions }: RecordMatchingPorts,
  { tenantId, setupId }: Setup,
): Promise<readonly string[]> {
  const ids = await matchDecisions.news(tenantId, setupId, MOST_DECISIONS);
  if (ids.length === MOST_DECISIONS) throw new TooMuch();
  return ids;
}

/** The rows with what operators decided since; the same where that is nothing. */
async function decided(
  ports: RecordMatchingPorts,
  scope: TenantScope,
  { setupId }: Setup,
  rows: readonly MatchRow[],
  ids: readonly string[],
): Promise<readonly MatchRow[]> {
  const { matchDecisions } = ports;
  const { tenantId } = scope;
  if (ids.length === 0) return rows;
  const decided: MatchRow[] = [];
  const after = new Map(rows.map((row) => [row.directoryId, row]));
  for (const directoryId of ids) {
    const { decision }: { readonly decision: MatchDecision } = await matchDecisions.read(
      tenantId,
      setupId,
      directoryId,
    );
    decided.push({ ...(after.get(directoryId) ?? nothingKnown(directoryId)), decision });
  }
  for (const row of decided) after.set(row.directoryId, row);
  const mirrored = await asMirrored(ports, scope, decided);
  for (const [id, row] of mirrored.changed) after.set(id, row);
  return [...after.values()];
}
