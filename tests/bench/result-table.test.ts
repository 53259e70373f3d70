import { describe, expect, it } from 'vitest';
import { formatFigures, summarize, verdictOf, type Figure } from '../../bench/result-table.js';

const figure = (over: Partial<Figure>): Figure => ({
  case: 'B1',
  what: 'first sync',
  ours: '20 s',
  reference: '10 s',
  measured: 2,
  limit: 2,
  goal: '<= 2 x',
  ...over,
});

describe('the verdict on a figure', () => {
  it('is met at the limit and missed above it', () => {
    expect(verdictOf(figure({ measured: 2 }))).toBe('met');
    expect(verdictOf(figure({ measured: 2.001 }))).toBe('MISSED');
    expect(verdictOf(figure({ measured: 0, limit: 0 }))).toBe('met');
  });

  it('is missed where a goal stands and nothing could be measured', () => {
    expect(verdictOf(figure({ measured: null }))).toBe('MISSED');
  });

  it('is left open without a goal', () => {
    expect(verdictOf(figure({ measured: 7, limit: null }))).toBe('');
  });
});

describe('the table of figures', () => {
  it('lines its columns up and ends each row with the verdict', () => {
    const table = formatFigures([figure({}), figure({ case: 'memory', ours: '100 MiB', measured: 2.5 })]);
    const [heading = '', rule = '', first = '', second = ''] = table.split('\n');
    expect(heading.indexOf('goal')).toBe(first.indexOf('<= 2 x'));
    expect(rule).toMatch(/^[- ]+$/);
    expect(first).toMatch(/met$/);
    expect(second).toMatch(/2\.50 +<= 2 x +MISSED$/);
  });
});

describe('the summary', () => {
  it('names what was missed and counts only what has a goal', () => {
    const figures = [figure({}), figure({ what: 'wall', measured: 3 }), figure({ limit: null })];
    expect(summarize(figures)).toBe('1 of 2 goals met. Missed: B1 wall.');
    expect(summarize([figure({})])).toBe('1 of 1 goals met.');
  });
});
