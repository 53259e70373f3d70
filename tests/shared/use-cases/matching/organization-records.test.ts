import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../../shared/core/failures.js';
import { unclaimed } from '../../../../shared/core/matching/record-claim.js';
import { chooseMatch, releaseMatch } from '../../../../shared/use-cases/matching/decide-match.js';
import { createRecordMatching } from '../../../../shared/use-cases/matching/record-matching.js';
import type { MatchingWorld } from './matching-world.js';
import { record, user } from './matching-world.js';
import { ONE, Organization, ORGANIZATION, TWO } from './organization.js';

let all: Organization;
beforeEach(async () => {
  all = await new Organization().begin();
});

const upload = (world: MatchingWorld, mode: 'merge' | 'replace' = 'merge', ...mails: string[]) =>
  world.upload(
    mails.map((mail, n) => record(`r-${mail}`, { mail, values: { n: String(n) } })),
    mode,
  );

/** The record is in the lists of both tenants, who each have a user with its mail; the first one has it. */
async function both(): Promise<void> {
  all.a.users.set('u1', user('u1', { mail: 'ann' }));
  all.b.users.set('u2', user('u2', { mail: 'ann' }));
  await upload(all.a, 'merge', 'ann');
  await all.settle();
  await upload(all.b, 'merge', 'ann');
  await all.settle();
}

describe('a record in the lists of two tenants of an organization', () => {
  it('is tied to one user, and both setups show that another fits it', async () => {
    await both();
    expect(await all.ties()).toEqual(['a: u1-r-ann mail']);
    expect(await all.conflicts()).toEqual(['a: u1 wantedByOtherSetup', 'b: u2 takenByOtherSetup']);
    const standing = async (world: MatchingWorld, id: string) =>
      (await world.matching.standingsOf(world.fence, world.setup, [id])).inConflict.has(id);
    expect([await standing(all.a, 'u1'), await standing(all.b, 'u2')]).toEqual([false, true]);
    await all.expectOneUserEach();
  });

  it.each([
    ['is released', () => releaseMatch(all.a.ports, ONE, 'a', 'u1').then(() => undefined)],
    ['is left out of the list', () => upload(all.a, 'replace', 'bob')],
    ['belonged to a user who is permanently deleted', () => all.a.hardDelete('u1')],
    ['was of a setup that is removed', () => leave('a')],
    ['was of a tenant that is disconnected', () => leave(null)],
  ])('goes to the second user when it %s', async (_, end) => {
    await both();
    await end();
    await all.settle();
    expect((await all.ties()).filter((tie) => tie.startsWith('b'))).toEqual(['b: u2-r-ann mail']);
    expect((await all.conflicts()).filter((one) => one.startsWith('b'))).toEqual([]);
  });

  it('shows no conflict any more once nobody else fits it', async () => {
    await both();
    await all.b.change(user('u2', { mail: 'other' }));
    await all.settle();
    expect(await all.ties()).toEqual(['a: u1-r-ann mail']);
    expect(await all.conflicts()).toEqual([]);
    await all.expectOneUserEach();
  });

  it('is refused to an operator who chooses it for somebody else', async () => {
    await both();
    const pair = { directoryId: 'u2', recordId: 'r-ann' };
    const choose = () => chooseMatch(all.b.ports, TWO, 'b', pair);
    expect(await choose()).toEqual({ kind: 'recordTaken', holder: 'otherSetup' });
    all.a.become('u1', 'gone');
    await all.a.mirror();
    expect(await choose()).toEqual({ kind: 'chosen' });
    await all.settle();
    await all.a.told('u1');
    await all.settle();
    expect(await all.ties()).toEqual(['b: u2-r-ann chosen']);
    await all.expectOneUserEach();
  });

  it('is no longer shown for a user who is deleted, once the other tenant has it', async () => {
    await both();
    await releaseMatch(all.b.ports, TWO, 'b', 'u2');
    await all.b.leave('u2');
    await all.settle();
    await all.a.hardDelete('u1');
    expect((await all.a.rows()).map(({ formerRecordId }) => formerRecordId)).toEqual(['r-ann']);
    all.a.marked.clear();
    await all.b.change(user('u3', { mail: 'ann' }));
    await all.settle();
    expect(await all.ties()).toEqual(['b: u3-r-ann mail']);
    expect([...all.a.marked]).toEqual(['u1']);
    const shown = new Map([['u1', 'r-ann']]);
    const { withoutTheirRecord } = await all.a.matching.standingsOf(all.a.fence, all.a.setup, ['u1'], shown);
    expect([...withoutTheirRecord]).toEqual(['u1']);
    await all.expectOneUserEach();
  });
});

/** What a job does before it removes the rows of a setup, or of all of its tenant. */
async function leave(setupId: string | null): Promise<void> {
  const { matching, fence, stores, tenantId } = all.a;
  const stored = await stores.setups.get(tenantId, 'a');
  if (stored === null) throw new Error('The setup is gone.');
  const { state } = stored.value;
  const removing =
    state === 'removing'
      ? stored
      : await stores.setups.replace(stored, { ...stored.value, state: 'removing' });
  await matching.leaveOrganizations(fence, [ORGANIZATION], setupId, () => Promise.resolve());
  await stores.matchingStates.clear(fence, 'a');
  await stores.setups.remove(removing);
  const left = stores.recordClaims.naming(ORGANIZATION, tenantId, setupId);
  for await (const page of left) expect(page).toEqual([]);
}

/** Two records are in the lists of both tenants, who each have users with their mails; the first tenant has them. */
async function bothOfTwo(): Promise<void> {
  for (const [world, id] of [
    [all.a, 'u'],
    [all.b, 'v'],
  ] as const) {
    for (const mail of ['ann', 'bob']) world.users.set(`${id}-${mail}`, user(`${id}-${mail}`, { mail }));
    await upload(world, 'merge', 'ann', 'bob');
    await all.settle();
  }
}

describe('records that are given up go to whoever waits for them', () => {
  it.each([
    ['a setup that is removed', () => leave('a')],
    ['a tenant that is disconnected', () => leave(null)],
    [
      'a list that lacks them',
      async () => {
        await upload(all.a, 'replace', 'other');
        await all.a.work();
      },
    ],
  ])('after a stop at any write: by %s', async (_, end) => {
    let isStopped = true;
    for (let stopAt = 0; isStopped; stopAt += 1) {
      all = await new Organization().begin();
      await bothOfTwo();
      let left = stopAt;
      isStopped = false;
      all.tables.beforeOperation = ({ writes }) => {
        if (!writes || isStopped || left-- > 0) return;
        isStopped = true;
        throw new Unavailable('The test stopped it', null);
      };
      await end().catch(async (failure: unknown) => {
        if (!(failure instanceof Unavailable)) throw failure;
        await end();
      });
      all.tables.beforeOperation = null;
      await all.settle();
      expect(await all.b.ties()).toEqual(['v-ann-r-ann mail', 'v-bob-r-bob mail']);
      expect(await all.b.conflicts()).toEqual([]);
    }
  });
});

describe('a record that moves between the lists of two setups', () => {
  it('is tied in the setup to whose list it came, whichever is looked at first', async () => {
    for (const world of [all.a, all.c]) world.users.set('u1', user('u1', { mail: 'ann' }));
    await upload(all.c, 'replace', 'ann');
    await all.settle();
    expect(await all.ties()).toEqual(['c: u1-r-ann mail']);
    await upload(all.a, 'replace', 'ann');
    await upload(all.c, 'replace', 'bob');
    await all.settle();
    expect(await all.ties()).toEqual(['a: u1-r-ann mail']);
    expect(await all.conflicts()).toEqual([]);
    await all.expectOneUserEach();
  });
});

describe('a record whose tie moves from one user of a setup to another', () => {
  it('stays with the setup that took it in the meantime, since its user was gone', async () => {
    await both();
    await all.a.softDelete('u1');
    await all.a.change(user('u3', { mail: 'ann' }));
    await all.settle();
    all.a.become('u1', 'gone');
    await all.a.mirror();
    const { matching, fence, setup, job } = all.a;
    let isTaken = false;
    all.tables.beforeOperation = async ({ writes, table }) => {
      if (isTaken || !writes || table !== 'Matches') return;
      isTaken = true;
      await upload(all.b, 'merge', 'ann');
      await all.b.matching.takeOver(all.b.fence, all.b.setup, all.b.everybody, all.b.job);
    };
    await matching.matchUsers(fence, setup, [{ directoryId: 'u1', user: null, presence: 'gone' }], job);
    all.tables.beforeOperation = null;
    expect(await all.ties()).toEqual(['b: u2-r-ann mail']);
    await all.settle();
    expect(await all.ties()).toEqual(['b: u2-r-ann mail']);
    await all.expectOneUserEach();
  });
});

describe('a claim of a setup that does not have the record', () => {
  it.each([
    ['of no tenant', { tenantId: '33333333-3333-4333-8333-333333333333', setupId: 'x' }],
    ['of no setup', { tenantId: TWO, setupId: 'x' }],
    ['whose holder is tied to something else', { tenantId: TWO, setupId: 'b' }],
  ])('is taken over: %s', async (_, holder) => {
    const { recordClaims } = all.a.stores;
    await recordClaims.insert(all.b.fence, ORGANIZATION, [{ ...unclaimed('r-ann'), holder }]);
    all.a.users.set('u1', user('u1', { mail: 'ann' }));
    await upload(all.a, 'merge', 'ann');
    await all.settle();
    expect(await all.ties()).toEqual(['a: u1-r-ann mail']);
    await all.expectOneUserEach();
  });
});

describe('ties of before there were claims', () => {
  it('are claimed, and of two that tie one record the second becomes a conflict', async () => {
    await both();
    const { stores } = all.a;
    for (const stored of all.tables.rows('RecordClaims'))
      await all.tables.delete('RecordClaims', stored, null);
    const [row] = await all.b.rows();
    const tie = { directoryId: 'u2', recordId: 'r-ann', matchedBy: 'mail' } as const;
    await stores.matches.write(all.b.fence, 'b', [{ ...row!, tie, isInConflict: false }]);
    for (const world of [all.a, all.b]) {
      const state = await stores.matchingStates.get(world.tenantId, world.setup.setupId);
      await stores.matchingStates.save(world.fence, { ...state, basis: null, organizationId: null });
    }
    await all.settle();
    expect(await all.ties()).toEqual(['a: u1-r-ann mail']);
    expect(await all.conflicts()).toEqual(['a: u1 wantedByOtherSetup', 'b: u2 takenByOtherSetup']);
    await all.expectOneUserEach();
  });
});

describe('a setup that was never started and is given to another organization', () => {
  it('gives up its records in the one before', async () => {
    await both();
    const { stores, fence, job, everybody } = all.a;
    const moved = {
      ...all.a.setup,
      version: 2,
      document: { ...all.a.setup.document, organizationId: 'org-2' },
    };
    const matching = createRecordMatching({ ...all.a.ports, ...stores });
    expect(await matching.hasNews(moved)).toBe(true);
    await matching.takeOver(fence, moved, everybody, job);
    await all.b.work();
    expect(await all.b.ties()).toEqual(['u2-r-ann mail']);
    expect(await all.a.ties()).toEqual(['u1-r-ann mail']);
    const claims = await stores.recordClaims.read('org-2', ['r-ann']);
    expect(claims.get('r-ann')?.claim.holder).toEqual({ tenantId: ONE, setupId: 'a' });
  });
});

const which = fc.constantFrom('a' as const, 'b' as const, 'c' as const);
const mail = fc.constantFrom('x', 'y', 'z');
const step = fc.oneof(
  fc.record({
    kind: fc.constant('list' as const),
    of: which,
    mails: fc.uniqueArray(mail),
    whole: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('change' as const), of: which, id: fc.constantFrom('1', '2'), mail }),
  fc.record({
    kind: fc.constant('delete' as const),
    of: which,
    id: fc.constantFrom('1', '2'),
    presence: fc.constantFrom('live' as const, 'softDeleted' as const, 'gone' as const),
  }),
  fc.record({ kind: fc.constant('choose' as const), of: which, id: fc.constantFrom('1', '2'), mail }),
  fc.record({ kind: fc.constant('release' as const), of: which, id: fc.constantFrom('1', '2') }),
  fc.record({ kind: fc.constant('work' as const), of: which }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function take(organization: Organization, one: Step): Promise<void> {
  const world = organization[one.of];
  const { tenantId, setup, ports } = world;
  // Users of two tenants are never the same.
  const idOf = (id: string): string => `${tenantId.slice(0, 1)}-${id}`;
  switch (one.kind) {
    case 'list':
      return one.mails.length === 0
        ? undefined
        : upload(world, one.whole ? 'replace' : 'merge', ...one.mails);
    case 'change':
      return world.change(user(idOf(one.id), { mail: one.mail }));
    case 'delete': {
      const id = idOf(one.id);
      // What is deleted is so in every setup of the tenant.
      const same = organization.all.filter((other) => other.tenantId === tenantId);
      const concerned = one.presence === 'live' ? [world] : same;
      for (const other of concerned) if (!other.purged.has(id)) other.become(id, one.presence);
      for (const other of concerned) await other.told(id);
      return;
    }
    case 'choose': {
      const pair = { directoryId: idOf(one.id), recordId: `r-${one.mail}` };
      await chooseMatch(ports, tenantId, setup.setupId, pair);
      return;
    }
    case 'release':
      await releaseMatch(ports, tenantId, setup.setupId, idOf(one.id));
      return;
    case 'work':
      return world.work();
  }
}

describe('any history of an organization', () => {
  it('ends with one user for each record', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 16 }), async (steps) => {
        const organization = await new Organization().begin();
        for (const one of steps) await take(organization, one);
        await organization.settle();
        await organization.expectOneUserEach();
      }),
      { numRuns: 60 },
    );
  });

  it('ends so after a stop at any request', async () => {
    const stops = fc.array(fc.nat(300), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), stops, async (steps, after) => {
        const organization = await new Organization().begin();
        const left = [...after];
        let until = organization.tables.requests + (left.shift() ?? 0);
        organization.tables.afterOperation = ({ index, writes }) => {
          if (!writes || index < until) return;
          until = left.length === 0 ? Infinity : index + (left.shift() ?? 0);
          throw new Unavailable('The test stopped it', null);
        };
        for (const one of steps)
          await take(organization, one).catch((failure: unknown) => {
            if (!(failure instanceof Unavailable)) throw failure;
          });
        organization.tables.afterOperation = null;
        for (const world of organization.all) await world.told('1-1', '1-2', '2-1', '2-2');
        await organization.settle();
        await organization.expectOneUserEach();
      }),
      { numRuns: 60 },
    );
  });

  it('never ties one record twice, however the requests of tenants fall between each other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(step, { maxLength: 6 }), async (scheduler, steps) => {
        const organization = await new Organization().begin();
        for (const world of organization.all) {
          const id = `${world.tenantId.slice(0, 1)}-1`;
          world.users.set(id, user(id, { mail: 'x' }));
          await upload(world, 'merge', 'x', 'y');
        }
        for (const one of steps) await take(organization, one);
        for (const world of organization.all) await world.mirror();
        organization.tables.beforeOperation = () => scheduler.schedule(Promise.resolve());
        const [tenantOne, tenantTwo] = [[organization.a, organization.c], [organization.b]];
        // A tenant has one writer.
        const jobs = [tenantOne, tenantTwo].map(async (worlds) => {
          for (const { matching, fence, setup, everybody, job } of worlds)
            await matching.takeOver(fence, setup, everybody, job);
        });
        await scheduler.waitFor(Promise.all(jobs));
        organization.tables.beforeOperation = null;
        await organization.settle();
        await organization.expectOneUserEach();
      }),
      { numRuns: 40 },
    );
  });
});
