import { describe, expect, it } from 'vitest';
import { readinessOf, type ReadingNeeds } from '../../../shared/core/people-readiness.js';
import { emptyResourceState, type ResourceState } from '../../../shared/core/round.js';
import { beginRound } from '../../../shared/core/round-steps.js';
import type { Resource } from '../../../shared/core/resource.js';

const ATTRIBUTES = ['displayName', 'mail'];
const needs: ReadingNeeds = {
  attributes: ['mail'],
  excludes: false,
  managerDecides: false,
  membersRead: true,
  roleAssignmentsRead: true,
};

function read(resource: Resource, attributes = ATTRIBUTES): ResourceState {
  return { ...emptyResourceState(resource), pristine: false, deltaLink: 'https://graph/delta', attributes };
}

function beingRead(before: ResourceState, attributes = ATTRIBUTES): ResourceState {
  const beginning = { roundId: 'r', full: true, wantTag: null, forRuns: [], now: '2026-01-05T08:00:00.000Z' };
  return beginRound(before, { ...beginning, attributes });
}

describe('a setup', () => {
  const users = read('users');
  const groups = read('groups');
  const nobody = emptyResourceState('users');
  const none = emptyResourceState('groups');

  it('is complete once users with its attributes, groups and its roles were read', () => {
    expect(readinessOf(needs, { users, groups })).toBe('complete');
    expect(readinessOf({ ...needs, roleAssignmentsRead: false }, { users, groups })).toBe('partial');
  });

  it('stays complete while everything is read anew', () => {
    expect(readinessOf(needs, { users: beingRead(users), groups: beingRead(groups) })).toBe('complete');
  });

  it('waits for an attribute that was never read, also while it is being read', () => {
    const other = { ...needs, attributes: ['city'] };
    expect(readinessOf(other, { users, groups })).toBe('waiting');
    expect(readinessOf(other, { users: beingRead(users, ['city']), groups })).toBe('waiting');
    expect(readinessOf(needs, { users: nobody, groups })).toBe('waiting');
  });

  it('is partial during the first reading, whose every row has the attributes', () => {
    expect(readinessOf(needs, { users: beingRead(nobody), groups: none })).toBe('partial');
    expect(readinessOf(needs, { users, groups: beingRead(none) })).toBe('partial');
  });

  it('waits for all users where conditions look at managers: who is not read yet is nobody to them', () => {
    const byManager = { ...needs, managerDecides: true };
    expect(readinessOf(byManager, { users: beingRead(nobody), groups })).toBe('waiting');
    expect(readinessOf(byManager, { users, groups: beingRead(none) })).toBe('partial');
    expect(readinessOf(byManager, { users: beingRead(users), groups })).toBe('complete');
  });

  it('waits during a first reading that began anew, since older rows may lack them', () => {
    expect(readinessOf(needs, { users: beingRead(beingRead(nobody, [])), groups: none })).toBe('waiting');
  });

  it('waits for members of its groups that were never read, and stays partial while all groups are read first', () => {
    const unread = { ...needs, membersRead: false };
    expect(readinessOf(unread, { users, groups })).toBe('waiting');
    expect(readinessOf(unread, { users, groups: beingRead(none) })).toBe('partial');
  });

  it('waits for the groups that could exclude people', () => {
    const excluding = { ...needs, excludes: true };
    expect(readinessOf(excluding, { users, groups: beingRead(none) })).toBe('waiting');
    expect(readinessOf(excluding, { users, groups })).toBe('complete');
  });
});
