import { describe, expect, it } from 'vitest';
import { joinMarks, NOTHING_TOUCHED, type Mark } from '../../../shared/core/mark.js';

const page: Mark = { kind: 'page', markId: 'm', ...NOTHING_TOUCHED, users: ['a'], presence: ['a'] };

describe('two marks under one id', () => {
  it('become one that covers both: a page that is read again never narrows its mark', () => {
    const other = { ...page, users: ['b'], presence: [], groups: ['g'], memberGroups: ['n'] };
    expect(joinMarks(page, other)).toEqual({
      kind: 'page',
      markId: 'm',
      ...NOTHING_TOUCHED,
      users: ['a', 'b'],
      presence: ['a'],
      groups: ['g'],
      memberGroups: ['n'],
    });
  });

  it('begin anew where the whole resource is marked once more', () => {
    const whole: Mark = { kind: 'whole', markId: 'm', position: 12 };
    expect(joinMarks(whole, whole)).toEqual({ ...whole, position: 0 });
  });

  it('begin anew where a setup changed once more', () => {
    const setup: Mark = { kind: 'setup', markId: 's', setupId: 'one', position: 12 };
    expect(joinMarks(setup, setup)).toEqual({ ...setup, position: 0 });
  });
});
