import { afterEach, describe, expect, it } from 'vitest';
import type { TokenExpiry } from '../../../../local/graph/control-api.js';
import { MOST_RESTARTS } from '../../../../shared/core/round-steps.js';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, move, removeMember, userId, users } from './changes.js';
import { Scene } from './scene.js';

const SHAPES: TokenExpiry[] = [
  { answer: 'badRequest' },
  { answer: 'badRequest', nested: true },
  { answer: 'badRequest', code: 'SyncStateNotFound' },
  { answer: 'badRequest', code: 'RESYNCREQUIRED' },
  { answer: 'badRequest', code: 'syncStateInvalid' },
  { answer: 'badRequest', code: 'resyncApplyDifferences' },
  { answer: 'badRequest', code: 'resyncUploadDifferences', nested: true },
  { answer: 'gone' },
  { answer: 'gone', code: '' },
  { answer: 'gone', nested: true },
  { answer: 'goneWithLocation' },
];

/** Invariant 8: an expired or reset cursor restarts a full round for that resource alone. */
describe('a delta token that is refused', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it.each(SHAPES)(
    'as %o has everything of the resource read anew, and what was missed is found',
    async (shape) => {
      scene = await Scene.synced([...users(4), ...group(0, [userId(0), userId(1)])]);
      await scene.change(
        move(0, 'Research'),
        removeMember(0, userId(1)),
        addMember(0, userId(2)),
        { kind: 'softDeleteUser', id: userId(3) },
        { kind: 'hardDeleteUser', id: userId(3) },
      );
      await scene.world.emulator.expireTokens(TENANT_ID, { tokens: 'delta', ...shape });
      const run = await scene.sync();
      expect(run.status).toBe('Succeeded');
      for (const resource of ['users', 'groups'] as const) {
        expect((await scene.state(resource)).last?.kind).toBe('full');
      }
      await scene.expectMirrored();
    },
  );

  it('leaves the other resource to its increment', async () => {
    scene = await Scene.synced([...users(3), ...group(0, [userId(0)])]);
    await scene.world.emulator.addFault({ path: '/users/delta', fault: { kind: 'tokenExpired' } });
    await scene.sync();
    expect((await scene.state('users')).last?.kind).toBe('full');
    expect((await scene.state('groups')).last?.kind).toBe('increment');
    expect(scene.graphRequestsTo(/groups\/delta/)).toHaveLength(1);
  });

  it('for a page has its round begun anew from the last delta link, not from nothing', async () => {
    scene = await Scene.synced(users(7));
    const { deltaLink } = await scene.state('users');
    await scene.change(...[0, 1, 2, 3, 4, 5, 6].map((n) => move(n, 'Research')));
    await scene.world.emulator.addFault({
      path: '/users/delta.*skiptoken',
      skip: 2,
      fault: { kind: 'tokenExpired', expiry: { tokens: 'page', code: 'Directory_ExpiredPageToken' } },
    });
    const run = await scene.sync({ jobs: ['users'] });
    expect(run).toMatchObject({ status: 'Succeeded', warnings: [] });
    const link = decodeURIComponent(new URL(deltaLink ?? '').search);
    expect(scene.graph.filter(({ path }) => path.endsWith(link))).toHaveLength(2);
    expect(scene.graphRequestsTo(/delta\?\$select/)).toEqual([]);
    expect((await scene.state('users')).last?.kind).toBe('increment');
    await scene.expectMirrored();
  });

  it('for a page of a first read begins that read anew', async () => {
    scene = await Scene.open([...users(7), ...group(0, [userId(0)])]);
    await scene.world.emulator.addFault({
      path: '/users/delta.*skiptoken',
      skip: 2,
      fault: { kind: 'tokenExpired', expiry: { tokens: 'page', code: 'Directory_ExpiredPageToken' } },
    });
    expect((await scene.sync()).status).toBe('Succeeded');
    expect(scene.graphRequestsTo(/users\/delta\?\$select/)).toHaveLength(2);
    await scene.expectMirrored();
  });

  it('again and again has the run failed after a bounded number of beginnings', async () => {
    scene = await Scene.synced([...users(3), ...group(0)]);
    const { deltaLink } = await scene.state('users');
    await scene.world.emulator.addFault({
      path: '/users/delta',
      times: null,
      fault: { kind: 'tokenExpired', expiry: { answer: 'gone' } },
    });
    const run = await scene.sync({ jobs: ['users'] });
    expect(run).toMatchObject({ status: 'Failed', error: { code: 'GraphRefused' } });
    expect(scene.graphRequestsTo(/users\/delta/)).toHaveLength(MOST_RESTARTS + 1);
    expect(await scene.deadLetters()).toMatchObject([{ kind: 'job', tenantId: TENANT_ID }]);
    expect((await scene.state('users')).deltaLink).toBe(deltaLink);
  });

  it('has a chain of pages that leads back into itself cut and read anew', async () => {
    scene = await Scene.synced(users(5));
    await scene.change(...[0, 1, 2, 3, 4].map((n) => move(n, 'Research')));
    await scene.world.emulator.addFault({
      path: '/users/delta',
      skip: 1,
      fault: { kind: 'repeatedToken' },
    });
    const run = await scene.sync({ jobs: ['users'] });
    expect(run.status).toBe('Succeeded');
    expect(scene.world.lines.some((line) => line.includes('leads back'))).toBe(true);
    await scene.expectMirrored();
  });

  it('has a run failed whose chain of pages never ends', async () => {
    scene = await Scene.synced(users(5));
    await scene.change(move(0, 'Research'));
    await scene.world.emulator.addFault({
      path: '/users/delta',
      times: null,
      fault: { kind: 'repeatedToken' },
    });
    const run = await scene.sync({ jobs: ['users'] });
    expect(run).toMatchObject({ status: 'Failed', error: { code: 'GraphRefused' } });
    expect(scene.graph.length).toBeLessThan(20);
  });

  it('sends no request to another host, whatever address a page names', async () => {
    // Invariant 9; the address rules themselves: tests/shared/adapters/graph/directory.test.ts.
    scene = await Scene.synced(users(3));
    await scene.change(move(0, 'Research'));
    scene.onAnswer = (request, answer) => {
      if (!request.url.pathname.endsWith('/users/delta')) return answer;
      const { value } = JSON.parse(answer.body) as { value: unknown };
      const foreign = 'https://graph.attacker.example/v1.0/users/delta?$skiptoken=x';
      return { ...answer, body: JSON.stringify({ value, '@odata.nextLink': foreign }) };
    };
    const run = await scene.sync({ jobs: ['users'] });
    expect(run).toMatchObject({ status: 'Failed', error: { code: 'BadPage' } });
    expect([...scene.hosts]).toEqual([scene.world.emulator.graphUrl]);
    expect((await scene.user(userId(0)))?.attributes['department']).toBe('Sales');
  });

  it('with a Location at another host is not followed there', async () => {
    scene = await Scene.synced(users(3));
    await scene.world.emulator.expireTokens(TENANT_ID, { answer: 'goneWithLocation' });
    let named = 0;
    scene.onAnswer = (_request, answer) => {
      if (answer.status !== 410) return answer;
      named += 1;
      const headers = { ...answer.headers, location: 'https://attacker.example/v1.0/users/delta' };
      return { ...answer, headers };
    };
    expect((await scene.sync()).status).toBe('Succeeded');
    expect(named).toBe(2);
    expect([...scene.hosts]).toEqual([scene.world.emulator.graphUrl]);
    await scene.expectMirrored();
  });

  it('keeps the edges that soft-deleted members have', async () => {
    scene = await Scene.synced([...users(3), ...group(0, [userId(0), userId(1)])]);
    await scene.change({ kind: 'softDeleteUser', id: userId(1) });
    await scene.sync();
    await scene.world.emulator.expireTokens(TENANT_ID, { tokens: 'both' });
    await scene.sync();
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0), userId(1)]);
    await scene.expectMirrored();
  });
});
