import { mayBeForgotten } from '../../core/person-sync.js';
import { keptSince } from '../../core/retention.js';
import { holdOn, type Sweep } from './sweep.js';

const HOUR_MS = 60 * 60_000;

/** Removes runs, syncs of persons, links and consents that ended long ago. Returns whether none is left. */
export async function sweepEnded(sweep: Sweep): Promise<boolean> {
  const { ports, fence, now } = sweep;
  const { tenantId } = fence;
  await holdOn(sweep);
  await ports.adminLinks.removeEndedBefore(tenantId, keptSince('adminLink', now));
  await ports.consentRequests.removeExpiredBefore(tenantId, keptSince('consentRequest', now));
  for (const sync of await ports.personSyncs.all(tenantId)) {
    if (!mayBeForgotten(sync, new Date(now).toISOString())) continue;
    await holdOn(sweep);
    await ports.personSyncs.remove(sync);
  }
  for (;;) {
    await holdOn(sweep);
    if (!(await ports.runs.removeEndedBefore(fence, keptSince('run', now)))) return true;
    if (sweep.isBudgetSpent()) return false;
  }
}

/** Removes what no setup of the tenant has any more, and what the removal guard need not remember. */
export async function sweepSetups(sweep: Sweep): Promise<void> {
  const { ports, fence, now } = sweep;
  const { tenantId } = fence;
  const known = async (): Promise<ReadonlySet<string>> =>
    new Set((await ports.setups.all(tenantId)).map(({ setupId }) => setupId));
  await holdOn(sweep);
  await ports.setupRows.clearUnknown(fence, known);
  for (const { setupId, document } of await ports.setups.all(tenantId)) {
    await holdOn(sweep);
    const since = new Date(now - document.removalGuard.withinHours * HOUR_MS).toISOString();
    await ports.removals.forgetBefore(fence, setupId, since);
  }
}
