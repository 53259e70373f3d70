import { describe, expect, it } from 'vitest';
import { operatorWords } from '../../../functions/words/operator.js';

const ISSUE = {
  code: 'setupAttention',
  setupId: 's1',
  designation: 'Front desk',
  count: 1,
  since: '2026-05-04T10:00:00.000Z',
} as const;
const what = 'The group g1 is not in the directory any more: nobody is removed for it.';

describe('a setup that needs attention', () => {
  it('has the reason as the message, and what to do as the fix', () => {
    const first = `${what} Bring it back, or take it out of the setup.`;
    expect(operatorWords({ ...ISSUE, first })).toEqual({
      message: `In the setup "Front desk": ${what}`,
      fix: 'Bring it back, or take it out of the setup.',
    });
    expect(operatorWords({ ...ISSUE, first, count: 3 }).fix).toBe(
      'Bring it back, or take it out of the setup. The setup has 2 more such faults (GET setups/s1).',
    );
  });

  it('leads to the setup if the reason does not say what to do', () => {
    expect(operatorWords({ ...ISSUE, first: what })).toEqual({
      message: `In the setup "Front desk": ${what}`,
      fix: 'Read its attention (GET setups/s1).',
    });
  });
});
