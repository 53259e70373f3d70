import { describe, expect, it } from 'vitest';
import { unmatchedOf } from '../../../../shared/core/people/unmatched.js';

const someone = { create: false, previous: null, isTied: false, isInConflict: false };

describe('who is in scope and no person', () => {
  it('is in conflict where nobody was made of it before', () => {
    expect(unmatchedOf({ ...someone, create: true, isInConflict: true })).toBe('conflict');
    expect(unmatchedOf({ ...someone, isInConflict: true, previous: { status: 'active' } })).toBeNull();
    expect(unmatchedOf({ ...someone, isInConflict: true, previous: { status: 'removed' } })).toBe('conflict');
  });

  it('has no record where the setup makes nobody anew', () => {
    expect(unmatchedOf(someone)).toBe('noRecord');
    expect(unmatchedOf({ ...someone, previous: { status: 'removed' } })).toBe('noRecord');
    expect(unmatchedOf({ ...someone, create: true })).toBeNull();
    expect(unmatchedOf({ ...someone, isTied: true })).toBeNull();
    expect(unmatchedOf({ ...someone, previous: { status: 'disabled' } })).toBeNull();
  });
});
