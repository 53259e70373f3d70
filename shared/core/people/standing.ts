import type { Removal, SetupDocument } from '../setup/setup.js';
import type { Person, StatusReason } from './person.js';
import type { OutReason } from './presented.js';

/** How a person stands who is not in scope. */
export interface Standing {
  readonly status: Person['status'];
  readonly statusReason: Exclude<StatusReason, 'inScope'>;
  readonly deleteAfter: string | null;
  /** It is a removal that the removal guard has a say in. */
  readonly isRemoval: boolean;
}

const DAY_MS = 86_400_000;

/**
 * By the rule of the setup. `keep` leaves the status that the person has: it stays active, and one that was disabled
 * before is not made active by it. Days count from when the person was disabled, under whichever rule.
 *
 * @param now ISO 8601 UTC
 */
export function standingOf(
  remove: SetupDocument['remove'],
  reason: OutReason,
  previous: Person,
  now: string,
): Standing {
  const statusReason = statusReasonOf(reason);
  const rule = statusReason === 'deletedInDirectory' ? remove.whenDeleted : remove.whenLeft;
  const { status, deleteAfter } = byRule(rule, previous, now);
  return { status, statusReason, deleteAfter, isRemoval: isRemoval(previous, status, now) };
}

/** Whether the days of a disabled person ran out, so that the next derivation removes it. */
export function dueForDeletion(person: Pick<Person, 'status' | 'deleteAfter'>, now: string): boolean {
  return (
    person.status === 'disabled' &&
    person.deleteAfter !== null &&
    Date.parse(person.deleteAfter) <= Date.parse(now)
  );
}

function statusReasonOf(reason: OutReason): Standing['statusReason'] {
  switch (reason) {
    case 'notInDirectory':
    case 'deletedInDirectory':
      return 'deletedInDirectory';
    case 'disabled':
      return 'accountDisabled';
    case 'outsideScope':
    case 'excluded':
    case 'guest':
    case 'filtered':
    case 'otherConnection':
      return 'leftScope';
  }
}

function byRule(
  { mode, afterDays }: Removal,
  previous: Person,
  now: string,
): Pick<Standing, 'status' | 'deleteAfter'> {
  switch (mode) {
    case 'keep':
      return { status: previous.status, deleteAfter: null };
    case 'disable':
      return { status: 'disabled', deleteAfter: null };
    case 'delete': {
      const since = Date.parse(previous.status === 'disabled' ? previous.statusSince : now);
      const due = since + afterDays * DAY_MS;
      return due <= Date.parse(now)
        ? { status: 'removed', deleteAfter: null }
        : { status: 'disabled', deleteAfter: new Date(due).toISOString() };
    }
  }
}

/**
 * Who loses its grants, its active status, or is deleted without that having been announced: a deletion whose days
 * ran out was judged when it was announced.
 */
function isRemoval(previous: Person, next: Person['status'], now: string): boolean {
  if (previous.statusReason === 'inScope') return true;
  if (previous.status === 'active') return next !== 'active';
  return next === 'removed' && !dueForDeletion(previous, now);
}
