import type { Run } from '../run.js';
import type { TenantIssue } from './tenant-issue.js';

/** Of a tenant's issues those that a setup shows: its own, and those of the whole tenant. */
export function issuesOfSetup(issues: readonly TenantIssue[], setupId: string): readonly TenantIssue[] {
  return issues.filter((issue) => !('setupId' in issue) || issue.setupId === setupId);
}

/** A dead letter is recorded after the run that it belongs to has failed, by a clock that may differ. */
const RECORDED_WITHIN_MS = 60_000;

/** Of a tenant's issues those that are why a run is held or failed; none of one that succeeded. */
export function issuesOfRun(
  issues: readonly TenantIssue[],
  { status, error, endedAt }: Pick<Run, 'status' | 'error' | 'endedAt'>,
): readonly TenantIssue[] {
  if (status === 'Held') return issues.filter(({ code }) => code === 'removalsHeld');
  if (status !== 'Failed' || endedAt === null) return [];
  const ended = Date.parse(endedAt);
  const isParked = error?.code === 'TenantParked';
  return issues.filter(({ code, since }) => {
    if (code === 'parked') return isParked && Date.parse(since) <= ended;
    if (code === 'secretExpired') return isParked;
    if (isParked) return false;
    if (code === 'runsFailing') return Date.parse(since) <= ended;
    return code === 'deadLetters' && Date.parse(since) <= ended + RECORDED_WITHIN_MS;
  });
}
