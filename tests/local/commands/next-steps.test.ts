import { describe, expect, it } from 'vitest';
import { describeNextSteps } from '../../../local/commands/next-steps.js';

const sample = {
  functionsUrl: 'http://localhost:7071',
  controlUrl: 'http://127.0.0.1:20001',
  tenantId: 't1',
  groupId: 'g1',
  userId: 'u1',
};

describe('where to look next', () => {
  it('names users, members and how to change a directory, as commands for a shell', () => {
    const commands = describeNextSteps(sample)
      .split('\n')
      .filter((line) => line.includes('curl'))
      .map((line) => line.trim());
    expect(commands).toEqual([
      "curl -s 'http://localhost:7071/api/v1/tenants/t1/users'",
      "curl -s 'http://localhost:7071/api/v1/tenants/t1/groups'",
      "curl -s 'http://localhost:7071/api/v1/tenants/t1/groups/g1/members'",
      "curl -s 'http://localhost:7071/api/v1/tenants/t1/groups/g1/members?transitive=true'",
      `curl -s -X POST -d '["t1",[{"kind":"updateUser","id":"u1","attributes":{"jobTitle":"Chief Listener"}}]]' 'http://127.0.0.1:20001/applyChanges'`,
      "curl -s 'http://localhost:7071/api/v1/tenants/t1/users/u1'",
    ]);
  });

  it('leaves out what there is not', () => {
    const text = describeNextSteps({ ...sample, controlUrl: null, groupId: null });
    expect(text).not.toContain('members');
    expect(text).not.toContain('applyChanges');
  });
});
