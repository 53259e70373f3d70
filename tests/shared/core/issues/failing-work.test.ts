import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  restsAfterEndedHosts,
  stillFailing,
  withFailure,
  type FailingWork,
} from '../../../../shared/core/issues/failing-work.js';
import { RESOURCES, type Resource } from '../../../../shared/core/resource.js';
import { emptyResourceState, NO_CHANGES, type ResourceState } from '../../../../shared/core/round.js';

type States = Record<Resource, ResourceState>;
type Part = FailingWork['part'];

/** What jobs of a tenant may do, one after the other. */
type Event =
  | { readonly kind: 'failed'; readonly part: Part }
  | { readonly kind: 'roundCompleted'; readonly resource: Resource }
  | { readonly kind: 'ended' };

const events: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('failed' as const), part: fc.constantFrom<Part>(...RESOURCES, 'work') }),
  fc.record({ kind: fc.constant('roundCompleted' as const), resource: fc.constantFrom(...RESOURCES) }),
  fc.constant({ kind: 'ended' as const }),
);

function completed(state: ResourceState, at: number): ResourceState {
  const instant = new Date(at).toISOString();
  const nothing = { pages: 1, objects: 0, counts: NO_CHANGES, warnings: [] };
  const last = { roundId: `round-${at}`, kind: 'increment', beganAt: instant, completedAt: instant } as const;
  return { ...state, last: { ...last, ...nothing } };
}

/** As the jobs record it, event by event. */
function recorded(history: readonly Event[]): readonly FailingWork[] {
  const states: States = { users: emptyResourceState('users'), groups: emptyResourceState('groups') };
  let failing: readonly FailingWork[] = [];
  for (const [at, event] of history.entries()) {
    if (event.kind === 'roundCompleted') states[event.resource] = completed(states[event.resource], at);
    else if (event.kind === 'ended') failing = stillFailing(failing, states);
    else {
      const { part } = event;
      const lastRound = part === 'work' ? null : (states[part].last?.roundId ?? null);
      const failed = { part, since: new Date(at).toISOString(), failure: 'BadPage', runId: `run-${at}` };
      failing = withFailure(failing, { ...failed, lastRound });
    }
  }
  return failing;
}

/** By the whole history: what failed and was not done since by a job that came to its end. */
function expected(history: readonly Event[]): string[] {
  const last = (from: number, test: (event: Event) => boolean): number =>
    history.findLastIndex((event, at) => at >= from && test(event));
  const isOver = (part: Part, failedAt: number): boolean => {
    const endedAt = last(failedAt, ({ kind }) => kind === 'ended');
    if (part === 'work') return endedAt > failedAt;
    const done = history.findIndex(
      (event, at) => at > failedAt && event.kind === 'roundCompleted' && event.resource === part,
    );
    return done >= 0 && endedAt > done;
  };
  return ([...RESOURCES, 'work'] as const).filter((part) => {
    const failedAt = last(0, (event) => event.kind === 'failed' && event.part === part);
    return failedAt >= 0 && !isOver(part, failedAt);
  });
}

describe('work that fails', () => {
  it('is, at the end of any history, what failed and has not succeeded since', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 30 }), (history) => {
        const parts = recorded(history).map(({ part }) => part);
        expect([...parts].sort()).toEqual([...expected(history)].sort());
      }),
    );
  });

  it('keeps when it first failed, and names the run that failed last', () => {
    const failure = { part: 'users', failure: 'BadPage', lastRound: null } as const;
    const first = withFailure([], { ...failure, since: '2026-05-01', runId: 'run-1' });
    const again = { ...failure, failure: 'Unavailable', since: '2026-05-02', runId: 'run-2' };
    expect(withFailure(first, again)).toEqual([
      { ...again, since: '2026-05-01', times: 2, lastAt: '2026-05-02' },
    ]);
  });

  it('is left to rest ever longer while it ends its processes, six hours at most, and not for a time to come', () => {
    const MINUTE_MS = 60_000;
    const failure = { part: 'work', failure: 'HostEnded', lastRound: null, runId: 'run' } as const;
    let failing: readonly FailingWork[] = [];
    const rests: number[] = [];
    for (let time = 0; time < 8; time += 1) {
      const at = time * 24 * 60 * MINUTE_MS;
      failing = withFailure(failing, { ...failure, since: new Date(at).toISOString() });
      expect(restsAfterEndedHosts(failing, at - 1)).toBe(false);
      let minutes = 0;
      while (restsAfterEndedHosts(failing, at + minutes * MINUTE_MS)) minutes += 1;
      rests.push(minutes);
    }
    expect(rests).toEqual([10, 20, 40, 80, 160, 320, 360, 360]);
    const other = withFailure([], { ...failure, failure: 'BadPage', since: new Date(0).toISOString() });
    expect(restsAfterEndedHosts(other, 0)).toBe(false);
  });
});
