import { describe, expect, it } from 'vitest';
import { joinMarks, type Mark } from '../../../shared/core/mark.js';

const page: Mark = { kind: 'page', markId: 'm', users: ['a'], presence: ['a'], groups: [] };

describe('two marks under one id', () => {
  it('become one that covers both: a page that is read again never narrows its mark', () => {
    expect(joinMarks(page, { ...page, users: ['b'], presence: [], groups: ['g'] })).toEqual({
      kind: 'page',
      markId: 'm',
      users: ['a', 'b'],
      presence: ['a'],
      groups: ['g'],
    });
  });

  it('begin anew where the whole resource is marked once more', () => {
    const whole: Mark = { kind: 'whole', markId: 'm', position: 12 };
    expect(joinMarks(whole, whole)).toEqual({ ...whole, position: 0 });
  });
});
