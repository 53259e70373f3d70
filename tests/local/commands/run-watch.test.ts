import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../local/commands/product-api.js';
import { describeEndedRun, describeWarnings } from '../../../local/commands/run-watch.js';

const tenant = { tenantId: 't1', displayName: 'Contoso' };
const none = { created: 0, updated: 0, softDeleted: 0, restored: 0, deleted: 0 };
const run: RunView = {
  id: 'r1',
  trigger: 'notification',
  status: 'Succeeded',
  progress: {},
  counts: { users: { ...none, updated: 2, softDeleted: 1 }, groups: none },
  warnings: [],
};

describe('a run that ended', () => {
  it('is told with its trigger and what it changed', () => {
    expect(describeEndedRun(tenant, run)).toBe(
      'Contoso: notification run succeeded · users 2 updated, 1 soft-deleted',
    );
    expect(describeEndedRun(tenant, { ...run, counts: {} })).toContain('nothing changed');
  });

  it('is told with its error', () => {
    const error = { code: 'GraphRefused', message: 'no' };
    expect(describeEndedRun(tenant, { ...run, status: 'Failed', error })).toContain('failed');
    expect(describeEndedRun(tenant, { ...run, status: 'Failed', error })).toContain('GraphRefused: no');
  });

  it('shows each of its warnings', () => {
    const warnings = [
      { code: 'RowTooLarge', message: 'A person does not fit into a row.', count: 1 },
      { code: 'UnknownMember', message: 'A member is not in the directory.', count: 3 },
    ];
    expect(describeWarnings(tenant, { ...run, warnings })).toEqual([
      'Contoso: warning RowTooLarge: A person does not fit into a row.',
      'Contoso: warning UnknownMember: A member is not in the directory. (3 times)',
    ]);
  });
});
