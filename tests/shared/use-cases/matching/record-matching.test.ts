import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MatchStandings } from '../../../../shared/ports/record-matching.js';
import { chooseMatch, releaseMatch } from '../../../../shared/use-cases/matching/decide-match.js';
import { receiveRecords } from '../../../../shared/use-cases/matching/receive-records.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';
import { expectDecided } from './expect-decided.js';
import { anyStep, ask, EVERY_USER, take } from './matching-steps.js';
import { MatchingWorld, record, TENANT, user } from './matching-world.js';

const document = aSetupDocument({ match: ['entraId', 'mail', 'alias', 'initials'] });
const setup = aSetup({ tenantId: TENANT, document });
const { setupId } = setup;

describe('records', () => {
  it('are matched when a job takes them over, and their values go to people', async () => {
    const world = await new MatchingWorld().begin();
    world.users.set('u1', user('u1', { mail: 'Ann@Contoso.com' }));
    await world.upload([record('r1', { mail: ' ann@contoso.com', values: { desk: '7' } })]);
    expect(await world.matching.hasNews(setup)).toBe(true);
    await world.work();
    expect(await world.matching.hasNews(setup)).toBe(false);
    const { ties } = await world.matching.standingsOf(world.fence, setup, ['u1', 'u2']);
    expect([...ties]).toEqual([['u1', { recordId: 'r1', matchedBy: 'mail', values: { desk: '7' } }]]);
    expect(world.marked).toEqual(new Set(['everybody', 'u1']));
  });

  it('that a whole list lacks go, and ties with them; those that a merged one lacks stay', async () => {
    const world = await new MatchingWorld().begin();
    world.users.set('u1', user('u1', { mail: 'a' })).set('u2', user('u2', { mail: 'b' }));
    await world.upload([record('r1', { mail: 'a' }), record('r2', { mail: 'b' })]);
    await world.work();
    await world.upload([record('r3')]);
    await world.work();
    expect(await world.ties()).toEqual(['u1-r1 mail', 'u2-r2 mail']);
    await world.upload([record('r2', { mail: 'other' })], 'replace');
    await world.work();
    expect(await world.ties()).toEqual(['u2-r2 mail']);
  });

  it('of a long list are taken over in stretches where somebody waits, each from where it was', async () => {
    const world = await new MatchingWorld().begin();
    world.users.set('u1', user('u1', { mail: 'm7000' }));
    const list = Array.from({ length: 14_000 }, (_, n) => record(`r${n}`, { mail: `m${n}` }));
    await world.upload(list);
    world.mayGoOn = () => false;
    await world.work();
    expect(world.interruptions).toBe(2);
    expect(await world.ties()).toEqual(['u1-r7000 mail']);
    let found = 0;
    for await (const page of world.stores.records.scan(TENANT, setupId)) found += page.length;
    expect(found).toBe(14_000);
  });

  it('leave nothing behind where one of them is at fault', async () => {
    const world = await new MatchingWorld().begin();
    const faulty = (async function* () {
      await Promise.resolve();
      for (let n = 0; n < 1500; n++) yield record(`r${n}`);
      throw new Error('line 1501');
    })();
    const upload = receiveRecords(world.ports, { tenantId: TENANT, setupId, mode: 'merge' }, faulty);
    await expect(upload).rejects.toThrow('line 1501');
    expect(world.tables.rows('UploadChunks')).toEqual([]);
    expect(world.tables.rows('RecordUploads')).toEqual([]);
  });

  it('of a setup cost nothing where there are none', async () => {
    const world = await new MatchingWorld().begin();
    const before = world.tables.requests;
    const subject = { directoryId: 'u1', user: user('u1', { mail: 'a' }), presence: 'live' as const };
    await world.matching.matchUsers(world.fence, setup, [subject], world.job);
    await world.matching.standingsOf(world.fence, setup, ['u1']);
    expect(world.tables.requests - before).toBe(2);
    expect(world.tables.rows('Matches')).toEqual([]);
  });
});

describe('users who change at once', () => {
  it('are matched one batch after the other', async () => {
    const world = await new MatchingWorld().begin();
    await world.upload(['a', 'b', 'c'].map((mail) => record(`r-${mail}`, { mail, initials: 'x' })));
    await world.work();
    await Promise.all([
      world.change(user('u1', { mail: 'a' })),
      world.change(user('u2', { mail: 'a' })),
      world.change(user('u3', { mail: 'b' })),
    ]);
    expect(await world.ties()).toEqual(['u1-r-a mail', 'u3-r-b mail']);
    const { directoryIds } = await world.stores.matchIndex.find(TENANT, setupId, ['mail a', 'mail b']);
    expect([...directoryIds].sort()).toEqual(['u1', 'u2', 'u3']);
  });
});

describe('a tie', () => {
  it('outlives another mail and leaving the scope', async () => {
    const world = await new MatchingWorld().begin();
    world.users.set('u1', user('u1', { mail: 'a' }));
    await world.upload([record('r1', { mail: 'a' }), record('r2', { mail: 'b' })]);
    await world.work();
    await world.change(user('u1', { mail: 'b' }));
    expect(await world.ties()).toEqual(['u1-r1 mail']);
    await world.leave('u1');
    await world.change(user('u2', { mail: 'a' }));
    expect(await world.ties()).toEqual(['u1-r1 mail']);
  });

  it('chosen by an operator wins, sticks, and is released for good', async () => {
    const world = await new MatchingWorld().begin();
    world.users.set('u1', user('u1', { mail: 'a' })).set('u2', user('u2'));
    await world.upload([record('r1', { mail: 'a' })]);
    await world.work();
    const choose = (directoryId: string) =>
      chooseMatch(world.ports, TENANT, setupId, { directoryId, recordId: 'r1' });
    expect(await choose('u2')).toEqual({ kind: 'chosen' });
    expect(await choose('u1')).toEqual({
      kind: 'recordTaken',
      holder: { directoryId: 'u2', presence: 'live' },
    });
    await world.work();
    await world.change(user('u1', { mail: 'A' }));
    expect(await world.ties()).toEqual(['u2-r1 chosen']);
    expect(await releaseMatch(world.ports, TENANT, setupId, 'u2')).toBe('released');
    expect(await releaseMatch(world.ports, TENANT, setupId, 'u2')).toBe('notMatched');
    await world.work();
    expect(await world.ties()).toEqual(['u1-r1 mail']);
    expect(await releaseMatch(world.ports, TENANT, setupId, 'u1')).toBe('released');
    await world.work();
    expect(await world.ties()).toEqual([]);
  });
});

function sorted({ ties, inConflict, recordErrors }: MatchStandings) {
  return {
    ties: [...ties].sort(([a], [b]) => (a < b ? -1 : 1)),
    inConflict: [...inConflict].sort(),
    recordErrors: [...recordErrors].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

describe('any history', () => {
  it('is foreseen as it comes, however much of it waits, and nothing is written for that', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { maxLength: 8 }),
        fc.array(anyStep, { minLength: 1, maxLength: 4 }),
        async (steps, waiting) => {
          const world = await new MatchingWorld().begin();
          for (const step of steps) await take(world, step);
          for (const step of waiting) await ask(world, step);
          await world.told(...EVERY_USER);
          let writes = 0;
          world.tables.beforeOperation = (request) => {
            if (request.writes) writes += 1;
          };
          const never = () => false;
          const foreseen = await world.matching.foresee(world.fence, setup, world.everybody, never);
          expect(writes).toBe(0);
          await world.work();
          const found = await world.matching.standingsOf(world.fence, setup, EVERY_USER);
          expect(sorted(foreseen!)).toEqual(sorted(found));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is not foreseen where that is late, or beyond 50,000 records', async () => {
    const world = await new MatchingWorld().begin();
    const [never, always] = [() => false, () => true];
    await world.upload([record('r1')]);
    expect(await world.matching.foresee(world.fence, setup, world.everybody, always)).toBeNull();
    await world.upload(Array.from({ length: 50_001 }, (_, n) => record(`r${n}`)));
    expect(await world.matching.foresee(world.fence, setup, world.everybody, never)).toBeNull();
  });

  it('leaves what matching everybody at its end leaves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 12 }), async (steps) => {
        const world = await new MatchingWorld().begin();
        await world.upload([record('r1', { mail: 'a' })]);
        await world.work();
        for (const step of steps) await take(world, step);
        await world.told(...EVERY_USER);
        const [rows, conflicts] = [await world.rows(), await world.conflicts()];
        await world.matching.matchEverybody(world.fence, setup, world.everybody, world.job);
        expect(await world.rows()).toEqual(rows);
        expect(await world.conflicts()).toEqual(conflicts);
      }),
      { numRuns: 60 },
    );
  });

  it('gives one user a record, nobody who is deleted for good, and leaves nothing that a key decides', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 14 }), async (steps) => {
        const world = await new MatchingWorld().begin();
        for (const step of steps) await take(world, step);
        await world.told(...EVERY_USER);
        await expectDecided(world);
      }),
      { numRuns: 120 },
    );
  });
});
