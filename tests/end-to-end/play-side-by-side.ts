import fc from 'fast-check';
import { expect } from 'vitest';
import { history } from '../histories/arbitraries.js';
import { killByTurns } from './outages.js';
import { RealHistory } from './real-history.js';
import type { Road } from './road.js';

export interface SideBySide {
  readonly seed: number;
  readonly histories: number;
  /** Between two kills, milliseconds. */
  readonly killPauseMs: number;
  /** How long the last jobs may take until nothing is left to do, milliseconds. */
  readonly quietWithinMs: number;
}

/**
 * Plays random histories as tenants side by side on one stack, while its hosts and its broker are killed; then what
 * was given up is asked for once more, and every tenant has to equal its directory, with no mark left.
 */
export async function playSideBySide(road: Road, plan: SideBySide): Promise<void> {
  const within = { timeout: plan.quietWithinMs, interval: 400 };
  const told = fc.sample(history, { seed: plan.seed, numRuns: plan.histories });
  const histories: RealHistory[] = [];
  for (const one of told) {
    const tenantId = await road.connect();
    await road.startSetup(tenantId);
    histories.push(new RealHistory(road, tenantId, one));
  }
  const tenantIds = histories.map(({ tenantId }) => tenantId);

  const calm = new AbortController();
  const kills = killByTurns(road.stack, plan.killPauseMs, calm.signal);
  const played = await Promise.allSettled(histories.map((one) => one.play()));
  calm.abort();
  const { hosts, broker } = await kills;
  expect(Math.min(hosts, broker)).toBeGreaterThan(1);
  expect(played.filter((outcome) => outcome.status === 'rejected')).toEqual([]);

  await road.runsDry(tenantIds, within);
  const asked = await Promise.all(histories.map((one) => one.needsMending()));
  await Promise.all(histories.filter((_, index) => asked[index]).map((one) => one.mend()));
  await road.runsDry(tenantIds, within);
  await expectQuiet(road, histories);
}

async function expectQuiet(road: Road, histories: readonly RealHistory[]): Promise<void> {
  const wrong: unknown[] = [];
  for (const { tenantId, told } of histories) {
    const differences = await road.differences(tenantId);
    const marks = await road.marks(tenantId);
    if (differences.length + marks.length === 0) continue;
    const runs = await road.api.runs(tenantId);
    wrong.push({ tenantId, differences, marks, runs: runs.slice(0, 3), told: JSON.stringify(told) });
  }
  expect(wrong).toEqual([]);
  expect((await road.deadLetters()).filter((letter) => !isExplained(letter))).toEqual([]);
  expect(await road.queue()).toMatchObject({ deadLettered: 0 });
  expect(await road.control.violations()).toEqual([]);
}

/** What the injected faults lead to: elements without id, pages that are none for all tries, and lasting refusals. */
function isExplained({ kind, reason }: { readonly kind: string; readonly reason: string }): boolean {
  return kind === 'element' || /is not a page|tries without progress/.test(reason);
}
