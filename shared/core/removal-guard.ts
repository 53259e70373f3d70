import type { RemovalGuard } from './setup/setup.js';

/** What the guard knows of a setup when removals are judged. */
export interface GuardSituation {
  /** Removals that wait for the verdict. */
  readonly staged: number;
  /** Those of them whose people are in scope: the others are disabled or kept already. All of them if it is left out. */
  readonly leaving?: number;
  /** Removals carried out within the guard's window, whatever asked for them; those that an operator approved left out. */
  readonly carriedOut: number;
  /** People of the setup who are in scope, those leaving among them. */
  readonly active: number;
  /** People who would lose grants because groups vanished, and wait for the verdict; 0 if it is left out. */
  readonly losing?: number;
  /** Those who lost grants that way within the window; 0 if it is left out. */
  readonly lost?: number;
}

/** A share such as 0.29 of 100 is a little less than 29 in binary. */
const ROUNDING = 1e-9;

/**
 * All that is staged is carried out or all of it waits for an operator, so that nobody has to guess which half was. The
 * share is of the people whom the window began with, as far as they are known: those who are active and those removed
 * since. A person who is disabled and deleted later counts twice, so a share of 1 sets no limit. Whatever the limits
 * are, only an operator empties a setup that had two people or more. Who loses grants because groups vanished counts
 * with the removals, and is still there.
 */
export function judgeRemovals(guard: RemovalGuard, situation: GuardSituation): 'carryOut' | 'hold' {
  const removals = removalsIn(situation);
  const people = situation.active + situation.carriedOut;
  const isTooMany = removals > guard.maxCount;
  const isTooLarge =
    guard.maxShare < 1 && removals > guard.minCount && removals > guard.maxShare * people + ROUNDING;
  return isTooMany || isTooLarge || wouldEmpty(situation) ? 'hold' : 'carryOut';
}

function removalsIn({ staged, carriedOut, losing = 0, lost = 0 }: Omit<GuardSituation, 'active'>): number {
  return carriedOut + staged + losing + lost;
}

function wouldEmpty({ staged, leaving = staged, carriedOut, active }: GuardSituation): boolean {
  return active > 0 && active <= leaving && active + carriedOut >= 2;
}

/** So many active people are enough to carry these removals out, so that no more have to be counted; null if no number is. */
export function activeThatSuffice(
  { maxCount, maxShare, minCount }: RemovalGuard,
  situation: Omit<GuardSituation, 'active'>,
): number | null {
  const { staged, carriedOut } = situation;
  const removals = removalsIn(situation);
  if (removals > maxCount) return null;
  if (removals === 0) return 0;
  // One more than is removed, so that somebody is left.
  const somebodyLeft = staged === 0 ? 0 : staged + 1;
  if (maxShare >= 1 || removals <= minCount) return somebodyLeft;
  if (maxShare === 0) return null;
  return Math.max(somebodyLeft, Math.ceil(removals / maxShare) - carriedOut);
}

/** ISO 8601 UTC. */
export function windowBegin(guard: RemovalGuard, now: string): string {
  return new Date(Date.parse(now) - guard.withinHours * 3_600_000).toISOString();
}
