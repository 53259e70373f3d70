import { describe, expect, it } from 'vitest';
import { formatSummary } from '../../../local/commands/summary.js';

describe('the summary', () => {
  it('is a table with its numbers to the right, and a dash for what is not known', () => {
    const text = formatSummary([
      {
        tenant: 'Contoso',
        users: 250,
        groups: 40,
        memberships: 900,
        people: 310,
        seconds: 2.34,
        graphRequests: 12,
      },
      {
        tenant: 'A longer name',
        users: 1300,
        groups: 60,
        memberships: 5,
        people: null,
        seconds: 10,
        graphRequests: null,
      },
    ]);
    expect(text.split('\n')).toEqual([
      '  tenant         users  groups  memberships  people  seconds  Graph requests',
      '  Contoso          250      40          900     310      2.3              12',
      '  A longer name   1300      60            5       -     10.0               -',
    ]);
  });
});
