import { describe, expect, it } from 'vitest';
import {
  emptyResourceState,
  NO_CHANGES,
  type ResourceState,
  type Round,
} from '../../../shared/core/round.js';
import {
  abandonRound,
  afterDeltaLink,
  beginRound,
  chunkApplied,
  completeRound,
  confirming,
  joinWarnings,
  proofOf,
  restartRound,
} from '../../../shared/core/round-steps.js';
import { USER_ATTRIBUTES } from '../../../shared/core/mirror-rows.js';
import { selectionOf } from '../../../shared/core/selection.js';

const now = '2026-01-05T08:00:00.000Z';
const beginning = { roundId: 'r1', full: false, wantTag: 'w1', forRuns: ['run-1'], now };
const synced: ResourceState = {
  ...emptyResourceState('users'),
  pristine: false,
  deltaLink: 'https://graph/delta-1',
};

function begun(state: ResourceState = synced, full = false): ResourceState & { readonly round: Round } {
  return beginRound(state, { ...beginning, full });
}

describe('a round', () => {
  it('continues from the delta link, or reads everything where there is none or everything is wanted', () => {
    expect(begun().round).toMatchObject({ kind: 'increment', link: 'https://graph/delta-1', fresh: false });
    expect(begun(synced, true).round).toMatchObject({ kind: 'full', link: null, fresh: false });
    expect(begun(emptyResourceState('users')).round).toMatchObject({ kind: 'full', link: null, fresh: true });
  });

  it('selects what is wanted where it reads everything, and what its link does where it goes on', () => {
    const wanted = selectionOf('users', ['city']);
    const full = beginRound(synced, { ...beginning, full: true, attributes: wanted });
    expect(full.round.attributes).toEqual(wanted);
    expect(full.attributes).toEqual([]);
    const done = completeRound(full, now, true);
    expect(done.attributes).toEqual(wanted);
    const increment = beginRound(done, { ...beginning, attributes: selectionOf('users', ['city', 'state']) });
    expect(increment.round.attributes).toEqual(wanted);
    expect(completeRound(increment, now, false).attributes).toEqual(wanted);
    expect(abandonRound(full).attributes).toEqual([]);
    expect(begun(synced, true).round.attributes).toEqual(USER_ATTRIBUTES);
  });

  it('begins anew at the link that Graph names only where that selects what is wanted by now', () => {
    const restartLink = 'https://graph/v1.0/users/delta?$deltatoken=';
    const restart = { roundId: 'r2', everything: true, restartLink, now };
    const broken = begun({ ...synced, attributes: selectionOf('users', ['city']) });
    const same = restartRound(broken, restart);
    expect(same.round).toMatchObject({ kind: 'full', link: restartLink, attributes: broken.attributes });
    const reordered = restartRound(broken, { ...restart, attributes: [...broken.attributes].reverse() });
    expect(reordered.round.link).toBe(restartLink);
    const attributes = selectionOf('users', ['city', 'state']);
    expect(restartRound(broken, { ...restart, attributes }).round).toMatchObject({ link: null, attributes });
  });

  it('adds up what its chunks did and moves its link behind them', () => {
    const round = chunkApplied(begun().round, {
      link: { kind: 'next', url: 'https://graph/next-2' },
      pages: 2,
      objects: 300,
      counts: { ...NO_CHANGES, created: 3 },
      warnings: [{ code: 'UnusableElement', message: 'm', count: 1 }],
      seenWritten: true,
      seesHidden: true,
    });
    expect(round).toMatchObject({ link: 'https://graph/next-2', pages: 2, objects: 300, seenChunks: 1 });
    expect(round.counts.created).toBe(3);
  });

  it('asks once more from its new delta link where it was resumed, and only once', () => {
    const resumed = { ...begun().round, resumed: true };
    expect(afterDeltaLink(resumed)).toBe('confirm');
    expect(afterDeltaLink(confirming(resumed))).toBe('complete');
  });

  it('proves itself before anything is swept, where it is a full one', () => {
    const { round } = begun(synced, true);
    expect(afterDeltaLink(round)).toBe('prove');
    expect(proofOf(round, 10, 10)).toBe('sweep');
    expect(proofOf(round, 9, 10)).toBe('confirm');
    expect(proofOf({ ...round, disagreements: 1 }, 9, 10)).toBe('completeWithoutSweep');
    expect(proofOf(round, 9, null)).toBe('sweep');
  });

  it('leaves its link as the delta link when it is complete', () => {
    const state = begun();
    const round = { ...state.round, link: 'https://graph/delta-2' };
    const completed = completeRound({ ...state, round }, now, false);
    expect(completed).toMatchObject({ deltaLink: 'https://graph/delta-2', round: null, provenAt: null });
    expect(completed.last?.roundId).toBe('r1');
  });

  it('never leaves a null over a delta link', () => {
    const state = begun();
    const completed = completeRound({ ...state, round: { ...state.round, link: null } }, now, false);
    expect(completed.deltaLink).toBe('https://graph/delta-1');
    expect(abandonRound(state).deltaLink).toBe('https://graph/delta-1');
  });

  it('begins anew from the address that Graph named, keeping the delta link until it has a better one', () => {
    const restart = { roundId: 'r2', everything: true, restartLink: 'https://graph/reset', now };
    const restarted = restartRound(begun(), restart);
    expect(restarted.deltaLink).toBe('https://graph/delta-1');
    expect(restarted.round).toMatchObject({
      roundId: 'r2',
      kind: 'full',
      link: 'https://graph/reset',
      restarts: 1,
    });
    expect(restarted.round).toMatchObject({ wantTag: 'w1', forRuns: ['run-1'] });
  });

  it('begins anew from the last delta link where only a page token died', () => {
    const restart = { roundId: 'r2', everything: false, restartLink: null, now };
    const { round } = begun();
    const restarted = restartRound({ ...synced, round: { ...round, link: 'https://graph/next-7' } }, restart);
    expect(restarted.round).toMatchObject({ kind: 'increment', link: 'https://graph/delta-1' });
  });

  it('tells a warning once, with its count', () => {
    const warning = { code: 'UnusableElement', message: 'm', count: 2 };
    expect(joinWarnings([warning], [{ ...warning, count: 3 }])).toEqual([{ ...warning, count: 5 }]);
  });
});
