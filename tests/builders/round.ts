import { NO_CHANGES, type Round } from '../../shared/core/round.js';

/** A full round under way that has read nothing yet. */
export function aRound(over: Partial<Round> = {}): Round {
  return {
    roundId: 'round-1',
    kind: 'full',
    stage: 'reading',
    sweepBucket: 0,
    halted: false,
    restarts: 0,
    fresh: true,
    sweeps: false,
    attributes: [],
    references: true,
    seesHidden: true,
    link: null,
    wantTag: null,
    forRuns: [],
    resumed: false,
    disagreements: 0,
    countServed: false,
    proven: false,
    beganAt: '2026-05-04T09:00:00.000Z',
    pages: 1,
    objects: 0,
    estimate: null,
    seenChunks: 0,
    counts: NO_CHANGES,
    warnings: [],
    ...over,
  };
}
