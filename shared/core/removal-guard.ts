import type { RemovalGuard } from './setup/setup.js';

/** What the guard knows of a setup when removals are judged. */
export interface GuardSituation {
  /** Removals that wait for the verdict. */
  readonly staged: number;
  /** Removals carried out within the guard's window, whatever asked for them; those that an operator approved left out. */
  readonly carriedOut: number;
  /** People of the setup who are active, those staged among them. */
  readonly active: number;
}

/** A share such as 0.29 of 100 is a little less than 29 in binary. */
const ROUNDING = 1e-9;

/**
 * All that is staged goes or all of it waits for an operator, so that nobody has to guess which half went. The share
 * is of the people whom the window began with, as far as they are known: those who are active and those who went. Who
 * was disabled and is deleted then went twice, but no more than all can go: a share of 1 lets everybody go. Below it,
 * a setup that had two people or more is never emptied without an operator, however few that are.
 */
export function judgeRemovals(guard: RemovalGuard, situation: GuardSituation): 'carryOut' | 'hold' {
  const removals = situation.carriedOut + situation.staged;
  const people = situation.active + situation.carriedOut;
  const isTooMany = removals > guard.maxCount;
  const isTooLarge =
    guard.maxShare < 1 && removals > (guard.minCount ?? 0) && removals > guard.maxShare * people + ROUNDING;
  return isTooMany || isTooLarge || wouldEmpty(guard, situation) ? 'hold' : 'carryOut';
}

function wouldEmpty({ maxShare }: RemovalGuard, { staged, carriedOut, active }: GuardSituation): boolean {
  return maxShare < 1 && staged > 0 && active <= staged && active + carriedOut >= 2;
}

/**
 * So many active people are enough to let these removals go, so that nobody has to count further; null where no
 * number is.
 */
export function activeThatSuffice(
  { maxCount, maxShare, minCount = 0 }: RemovalGuard,
  { staged, carriedOut }: Omit<GuardSituation, 'active'>,
): number | null {
  const removals = carriedOut + staged;
  if (removals > maxCount) return null;
  if (removals === 0 || maxShare >= 1) return 0;
  // One more than goes: then somebody is left.
  const somebodyLeft = staged + 1;
  if (removals <= minCount) return somebodyLeft;
  if (maxShare === 0) return null;
  return Math.max(somebodyLeft, Math.ceil(removals / maxShare) - carriedOut);
}

/** ISO 8601 UTC. */
export function windowBegin(guard: RemovalGuard, now: string): string {
  return new Date(Date.parse(now) - guard.withinHours * 3_600_000).toISOString();
}
