import { describe, expect, it } from 'vitest';
import {
  allPartsDone,
  attachToRound,
  beginPeople,
  completePeople,
  fail,
  followRestart,
  noteCompletion,
  noteProgress,
  succeed,
} from '../../../shared/core/follow-run.js';
import { emptyResourceState } from '../../../shared/core/round.js';
import { beginRound, completeRound } from '../../../shared/core/round-steps.js';
import type { Run } from '../../../shared/core/run.js';

const now = '2026-01-05T08:00:00.000Z';
const asked: Run = {
  tenantId: 't',
  runId: 'run-1',
  trigger: 'manual',
  status: 'NotStarted',
  jobs: ['users'],
  full: false,
  requestedAt: now,
  startedAt: null,
  endedAt: null,
  parts: { users: { kind: 'waiting' } },
  progress: {},
  counts: {},
  warnings: [],
  error: null,
};
const begun = beginRound(emptyResourceState('users'), {
  roundId: 'r1',
  full: false,
  wantTag: null,
  forRuns: [],
  now,
});

describe('a run that follows a round', () => {
  it('starts when a round begins that serves it', () => {
    const run = attachToRound(asked, 'users', begun.round, now);
    expect(run).toMatchObject({
      status: 'Running',
      startedAt: now,
      parts: { users: { kind: 'reading', roundId: 'r1' } },
    });
  });

  it('waits on where it wants everything and the round is an increment', () => {
    const full = { ...asked, full: true };
    expect(attachToRound(full, 'users', { ...begun.round, kind: 'increment' }, now)).toBe(full);
  });

  it('shows the progress of its own round only', () => {
    const run = attachToRound(asked, 'users', begun.round, now);
    const round = { ...begun.round, pages: 3, objects: 600, estimate: 1_000 };
    expect(noteProgress(run, 'users', round).progress.users).toEqual({
      pages: 3,
      objects: 600,
      estimate: 1_000,
      done: false,
    });
    expect(noteProgress(run, 'users', { ...round, roundId: 'other' })).toBe(run);
  });

  it('follows its round when it begins anew', () => {
    const run = followRestart(attachToRound(asked, 'users', begun.round, now), 'users', 'r1', 'r2');
    expect(run.parts.users).toEqual({ kind: 'reading', roundId: 'r2' });
  });

  it('is done when the round is complete, and only then', () => {
    const run = attachToRound(asked, 'users', begun.round, now);
    expect(allPartsDone(run)).toBe(false);
    const done = noteCompletion(run, completeRound(begun, now, true));
    expect(allPartsDone(done)).toBe(true);
    expect(succeed(done, now)).toMatchObject({ status: 'Succeeded', endedAt: now });
  });

  it('fails with a reason', () => {
    expect(fail(asked, { code: 'BadPage', message: 'm' }, now)).toMatchObject({
      status: 'Failed',
      error: { code: 'BadPage' },
    });
  });
});

describe('the job people of a run', () => {
  const both: Run = {
    ...asked,
    jobs: ['users', 'people'],
    parts: { users: { kind: 'waiting' }, people: { kind: 'waiting' } },
  };

  it('begins once every other job is done, and not before', () => {
    expect(beginPeople(both, now)).toBe(both);
    const read: Run = { ...both, parts: { ...both.parts, users: { kind: 'done', roundId: 'r1' } } };
    expect(beginPeople(read, now)).toMatchObject({
      status: 'Running',
      startedAt: now,
      parts: { people: { kind: 'reading' } },
    });
  });

  it('is done only after it began', () => {
    expect(completePeople(both)).toBe(both);
    const alone: Run = { ...both, jobs: ['people'], parts: { people: { kind: 'waiting' } } };
    expect(allPartsDone(completePeople(beginPeople(alone, now)))).toBe(true);
  });

  it('is none of a run that does not ask for it', () => {
    expect(beginPeople(asked, now)).toBe(asked);
  });
});
