import type { Setup } from '../../core/setup/setup.js';
import type { MatchRow } from '../../ports/matches.js';
import type { EveryUser, MatchingJob } from '../../ports/record-matching.js';
import type { RecordUpload } from '../../ports/records.js';
import type { Fence } from '../../ports/scope.js';
import { asMirrored, forgetDecisions } from './as-mirrored.js';
import { matchChanged } from './match-changed.js';
import { matchEverybodyOf } from './match-everybody.js';
import { nothingKnown } from './match-row.js';
import { isMatchedOtherwise } from './news.js';
import type { RecordMatchingPorts } from './ports.js';

const DECISIONS_AT_ONCE = 200;
const NEWS_AT_ONCE = 200;
/** Records lie in 64 partitions: so many chunks fill transactions. */
const CHUNKS_AT_ONCE = 6;
/** A list that is being received for longer was given up: no request runs for so long. */
const GIVEN_UP_MS = 24 * 60 * 60 * 1000;

/** Takes over everything that waits for the setup; matches everybody again if they were matched otherwise. */
export async function takeOver(
  ports: RecordMatchingPorts,
  fence: Fence,
  setup: Setup,
  everybody: EveryUser,
  job: MatchingJob,
): Promise<'everybody' | 'some' | 'interrupted'> {
  const taken = await takeOverUploads(ports, fence, setup, everybody, job);
  if (taken === 'interrupted') return taken;
  const isOtherwise = await isMatchedOtherwise(ports, setup);
  if (isOtherwise) await matchEverybodyOf(ports, fence, setup, everybody, job);
  await takeOverDecisions(ports, fence, setup, job);
  if (!(await takeOverRecordNews(ports, fence, setup, job))) return 'interrupted';
  return isOtherwise || taken === 'everybody' ? 'everybody' : 'some';
}

/**
 * Makes the rows of uploads the records of the setup, in the order in which they came in, and matches everybody. A
 * crash in between repeats what was not noted as done; every step may be repeated.
 * @returns nothing: no list waits; interrupted: the records are not all written yet
 */
async function takeOverUploads(
  ports: RecordMatchingPorts,
  fence: Fence,
  setup: Setup,
  everybody: EveryUser,
  job: MatchingJob,
): Promise<'everybody' | 'nothing' | 'interrupted'> {
  const { setupId } = setup;
  const open = await ports.recordUploads.open(fence.tenantId, setupId);
  const matching: RecordUpload[] = [];
  for (const upload of open) {
    if (upload.status === 'receiving') await dropGivenUp(ports, upload);
    else {
      const next = await written(ports, fence, upload, job);
      if (next === null) return 'interrupted';
      matching.push(next);
    }
  }
  if (matching.length === 0) return 'nothing';
  const state = await ports.matchingStates.get(fence.tenantId, setupId);
  await ports.matchingStates.save(fence, { ...state, isActive: true, isComplete: false, basis: null });
  // Values of records may be others although ties are the same.
  await job.mark('everybody');
  await matchEverybodyOf(ports, fence, setup, everybody, job);
  const appliedAt = new Date(ports.clock.now()).toISOString();
  for (const upload of matching) {
    await ports.recordUploads.discardChunks(upload);
    fence.assertHeld();
    await ports.recordUploads.save({ ...upload, status: 'applied', appliedAt });
  }
  return 'everybody';
}

/** Takes over what was decided since the last time, some users at a time, and matches whom it concerns. */
async function takeOverDecisions(
  ports: RecordMatchingPorts,
  fence: Fence,
  setup: Setup,
  job: MatchingJob,
): Promise<void> {
  const { setupId } = setup;
  const { tenantId } = fence;
  const state = await ports.matchingStates.get(tenantId, setupId);
  for (;;) {
    const ids = await ports.matchDecisions.news(tenantId, setupId, DECISIONS_AT_ONCE);
    if (ids.length === 0) return;
    if (!state.isActive) await ports.matchingStates.save(fence, { ...state, isActive: true });
    await job.keepAlive();
    const read = await Promise.all(
      ids.map(async (directoryId) => ({
        directoryId,
        ...(await ports.matchDecisions.read(tenantId, setupId, directoryId)),
      })),
    );
    const stored = await ports.matches.read(fence, setupId, ids);
    const decided = read.map(({ directoryId, decision }): MatchRow => {
      return { ...(stored.get(directoryId) ?? nothingKnown(directoryId)), decision };
    });
    const mirrored = await asMirrored(ports, fence, decided);
    await forgetDecisions(ports, fence, setupId, mirrored.gone);
    const changed = new Map(decided.map((row) => [row.directoryId, row]));
    for (const [id, row] of mirrored.changed) changed.set(id, row);
    await matchChanged(ports, fence, setup, { rows: changed, recordIds: [] }, job);
    await ports.matchDecisions.takenOver(fence, setupId, read);
  }
}

/**
 * Looks again at records that other setups took or released, and at those that a stopped matching had begun with.
 * @returns whether all were looked at; else the job's time is over, or somebody waits for it
 */
async function takeOverRecordNews(
  ports: RecordMatchingPorts,
  fence: Fence,
  setup: Setup,
  job: MatchingJob,
): Promise<boolean> {
  const { setupId } = setup;
  for (let isFirst = true; ; isFirst = false) {
    const news = await ports.recordNews.list(fence.tenantId, setupId, NEWS_AT_ONCE);
    if (news.length === 0) return true;
    if (!isFirst && !(await job.mayGoOn())) return false;
    await job.keepAlive();
    const recordIds = [...new Set(news.map(({ recordId }) => recordId))];
    await matchChanged(ports, fence, setup, { rows: new Map(), recordIds }, job);
    await ports.recordNews.done(fence, setupId, news);
  }
}

async function dropGivenUp({ clock, recordUploads }: RecordMatchingPorts, upload: RecordUpload) {
  if (clock.now() - Date.parse(upload.receivedAt) > GIVEN_UP_MS) await recordUploads.remove(upload);
}

/** Null where it was interrupted between two stretches of its chunks. */
async function written(
  { records, recordUploads }: RecordMatchingPorts,
  fence: Fence,
  upload: RecordUpload,
  job: MatchingJob,
): Promise<RecordUpload | null> {
  const { setupId, uploadId, mode, chunks } = upload;
  if (upload.status === 'matching') return upload;
  for (let first = upload.written; first < chunks; first += CHUNKS_AT_ONCE) {
    if (first > upload.written && !(await job.mayGoOn())) return null;
    const some = Array.from({ length: Math.min(CHUNKS_AT_ONCE, chunks - first) }, (_, n) => first + n);
    await job.keepAlive();
    const read = await Promise.all(some.map((chunk) => recordUploads.readChunk(upload, chunk)));
    await records.write(fence, setupId, uploadId, read.flat());
    fence.assertHeld();
    await recordUploads.save({ ...upload, written: first + some.length });
  }
  if (mode === 'replace') {
    for await (const page of records.scan(fence.tenantId, setupId)) {
      await job.keepAlive();
      const gone = page.filter((one) => one.uploadId !== uploadId).map(({ record }) => record.recordId);
      await records.remove(fence, setupId, gone);
    }
  }
  const next = { ...upload, written: chunks, status: 'matching' } as const;
  fence.assertHeld();
  await recordUploads.save(next);
  return next;
}
