import type { NotificationVerdict, RefusalReason } from '../../core/notification.js';
import type { Log } from '../../ports/log.js';

export type RefusalCounts = Readonly<Partial<Record<RefusalReason, number>>>;

/** Counts and logs what was refused; whoever sent it is told nothing. */
export function noteRefusals(log: Log, verdicts: readonly NotificationVerdict[]): RefusalCounts {
  const refused = countRefusals(verdicts);
  logRefusals(log, refused);
  return refused;
}

function countRefusals(verdicts: readonly NotificationVerdict[]): Partial<Record<RefusalReason, number>> {
  const counts: Partial<Record<RefusalReason, number>> = {};
  for (const verdict of verdicts) {
    if (verdict.kind === 'refused') counts[verdict.reason] = (counts[verdict.reason] ?? 0) + 1;
  }
  return counts;
}

/** That a paused tenant's notifications are refused is what pausing means: no warning. */
function logRefusals(log: Log, refused: RefusalCounts): void {
  const reasons = Object.keys(refused);
  if (reasons.length === 0) return;
  if (reasons.every((reason) => reason === 'tenantNotRunning')) {
    log.info('Notifications of tenants that are not running', refused);
  } else {
    log.warn('Notifications refused', refused);
  }
}
