import { describe, expect, it } from 'vitest';
import { firstReading } from '../../../shared/core/first-reading.js';

const NEVER = { deltaLink: null, round: null, last: null };
const DONE = { ...NEVER, deltaLink: 'link' };
const round = (objects: number, halted = false) => ({ ...NEVER, round: { objects, halted } as never });

describe('the first read of a directory', () => {
  it('has not begun while nothing is requested', () => {
    expect(firstReading({ users: NEVER, groups: NEVER }, false)).toEqual({ kind: 'notRead' });
    expect(firstReading({ users: NEVER, groups: NEVER }, true)).toEqual({ kind: 'requested' });
  });

  it('is under way from its first round until both resources were read', () => {
    const under = { kind: 'reading', objects: { users: 40, groups: 0 } };
    expect(firstReading({ users: round(40), groups: NEVER }, true)).toEqual(under);
    expect(firstReading({ users: round(40), groups: NEVER }, false)).toEqual(under);
    expect(firstReading({ users: DONE, groups: NEVER }, true)).toMatchObject({ kind: 'reading' });
    expect(firstReading({ users: DONE, groups: DONE }, true)).toEqual({ kind: 'read' });
  });

  it('counts as not begun again once it gave up', () => {
    expect(firstReading({ users: round(40, true), groups: NEVER }, false)).toEqual({ kind: 'notRead' });
    expect(firstReading({ users: DONE, groups: NEVER }, false)).toEqual({ kind: 'notRead' });
  });

  it('stays done while an expired position is replaced', () => {
    const again = { ...round(3), last: { objects: 9 } as never };
    expect(firstReading({ users: again, groups: DONE }, true)).toEqual({ kind: 'read' });
  });
});
