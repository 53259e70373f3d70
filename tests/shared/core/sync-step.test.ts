import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../shared/core/resource.js';
import { emptyResourceState, type ResourceState } from '../../../shared/core/round.js';
import { beginRound } from '../../../shared/core/round-steps.js';
import { nextSyncStep, type Situation } from '../../../shared/core/sync-step.js';

const beginning = { roundId: 'r', full: true, wantTag: null, forRuns: [], now: '2026-01-05T08:00:00.000Z' };

function state(resource: Resource, kind: 'never' | 'synced' | 'firstSync'): ResourceState {
  const empty = emptyResourceState(resource);
  if (kind === 'never') return empty;
  if (kind === 'synced') return { ...empty, pristine: false, deltaLink: 'https://graph/delta' };
  return beginRound(empty, beginning);
}

function situation(partial: Partial<Situation>): Situation {
  return {
    states: { users: state('users', 'synced'), groups: state('groups', 'synced') },
    wanted: new Set(),
    doubtsLeft: false,
    marksLeft: false,
    setupsToAttend: false,
    removalsToJudge: false,
    outboxLeft: false,
    searchToBuild: false,
    purgesToAsk: false,
    driftToCheck: false,
    paused: false,
    offline: false,
    budgetSpent: false,
    ...partial,
  };
}

describe('what the lease holder does next', () => {
  it('stops where nothing is wanted, under way or marked', () => {
    expect(nextSyncStep(situation({}))).toEqual({ kind: 'stop', why: 'done' });
  });

  it('is done even with its budget spent, where nothing is left', () => {
    expect(nextSyncStep(situation({ budgetSpent: true, paused: true }))).toEqual({
      kind: 'stop',
      why: 'done',
    });
  });

  it('reads users before groups', () => {
    const wanted = new Set<Resource>(['groups', 'users']);
    expect(nextSyncStep(situation({ wanted }))).toEqual({ kind: 'round', resource: 'users' });
  });

  it('never lets an increment wait for a first sync of the other resource', () => {
    const states = { users: state('users', 'firstSync'), groups: state('groups', 'synced') };
    expect(nextSyncStep(situation({ states, wanted: new Set(['groups']) }))).toEqual({
      kind: 'round',
      resource: 'groups',
    });
  });

  it('attends to setups before the next page of a first sync, and after an increment', () => {
    const reading = { users: state('users', 'synced'), groups: state('groups', 'firstSync') };
    const attending = { states: reading, setupsToAttend: true };
    expect(nextSyncStep(situation(attending))).toEqual({ kind: 'attendSetups' });
    expect(nextSyncStep(situation({ ...attending, wanted: new Set(['users']) }))).toEqual({
      kind: 'round',
      resource: 'users',
    });
    expect(nextSyncStep(situation({ ...attending, paused: true }))).toEqual({ kind: 'stop', why: 'paused' });
    expect(nextSyncStep(situation({ setupsToAttend: true, marksLeft: true }))).toEqual({
      kind: 'consumeMarks',
    });
  });

  it('goes on with a round under way though nobody wants it any more', () => {
    const states = { users: state('users', 'synced'), groups: state('groups', 'firstSync') };
    expect(nextSyncStep(situation({ states }))).toEqual({ kind: 'round', resource: 'groups' });
  });

  it('consumes marks once no round is left', () => {
    expect(nextSyncStep(situation({ marksLeft: true }))).toEqual({ kind: 'consumeMarks' });
    expect(nextSyncStep(situation({ marksLeft: true, wanted: new Set(['users']) })).kind).toBe('round');
  });

  it('stops at a pause and comes back later when its budget is spent', () => {
    const wanted = new Set<Resource>(['users']);
    expect(nextSyncStep(situation({ wanted, paused: true }))).toEqual({ kind: 'stop', why: 'paused' });
    expect(nextSyncStep(situation({ wanted, budgetSpent: true }))).toEqual({ kind: 'continueLater' });
  });

  it('does all but rounds while Graph is not asked', () => {
    const parked = { offline: true, wanted: new Set<Resource>(['users']) };
    expect(nextSyncStep(situation(parked))).toEqual({ kind: 'stop', why: 'done' });
    expect(nextSyncStep(situation({ ...parked, marksLeft: true }))).toEqual({ kind: 'consumeMarks' });
    expect(nextSyncStep(situation({ ...parked, outboxLeft: true }))).toEqual({ kind: 'relayOutbox' });
  });
});
