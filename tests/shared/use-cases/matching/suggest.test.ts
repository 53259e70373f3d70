import { describe, expect, it } from 'vitest';
import type { MatchNumbers } from '../../../../shared/ports/record-matching.js';
import { releaseMatch } from '../../../../shared/use-cases/matching/decide-match.js';
import { acceptSuggestions, listSuggestions } from '../../../../shared/use-cases/matching/suggest.js';
import { MatchingWorld, record, user } from './matching-world.js';
import { Organization } from './organization.js';

const wishOf = (world: MatchingWorld) => ({
  tenantId: world.tenantId,
  setupId: world.setup.setupId,
  minScore: 0.5,
  country: null,
});

async function listedOf(world: MatchingWorld): Promise<string[]> {
  const page = await listSuggestions(world.ports, wishOf(world), { after: null, limit: 1_000 });
  return (page?.rows ?? []).map(({ directoryId, recordId }) => `${directoryId} ${recordId}`);
}

async function acceptedOf(world: MatchingWorld) {
  const outcome = await acceptSuggestions(world.ports, wishOf(world));
  if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
  return { accepted: outcome.accepted.length, more: outcome.more };
}

async function numbersOf(world: MatchingWorld): Promise<MatchNumbers | null> {
  const { matching, fence, setup, everybody } = world;
  const foreseen = await matching.foresee(fence, setup, everybody, () => false);
  return (await foreseen?.numbers({ turn: () => Promise.resolve(), isLate: () => false })) ?? null;
}

/** The record has the mail of a user of the one tenant, and the name of one of the other. */
async function heldByTheOther(): Promise<Organization> {
  const all = await new Organization().begin();
  const held = record('r-ann', { mail: 'ann', displayName: 'Ann Lee' });
  all.a.users.set('u1', user('u1', { mail: 'ann' }));
  all.b.users.set('u2', user('u2', { displayName: 'Ann Lee' }));
  await all.a.upload([held]);
  await all.settle();
  await all.b.upload([held, record('r-bob', { displayName: 'Bob Ray' })]);
  await all.settle();
  return all;
}

describe('suggestions', () => {
  it('leave out a record that another setup of the organization has, until it is given up', async () => {
    const all = await heldByTheOther();
    expect(await listedOf(all.b)).toEqual([]);
    expect(await acceptedOf(all.b)).toEqual({ accepted: 0, more: false });
    expect(await numbersOf(all.b)).toEqual({ tied: 0, suggested: 0, conflict: 0, new: 1 });
    await releaseMatch(all.a.ports, all.a.tenantId, 'a', 'u1');
    await all.settle();
    expect(await listedOf(all.b)).toEqual(['u2 r-ann']);
    expect(await numbersOf(all.b)).toEqual({ tied: 0, suggested: 1, conflict: 0, new: 0 });
    expect(await acceptedOf(all.b)).toEqual({ accepted: 1, more: false });
    await all.settle();
    expect(await all.ties()).toEqual(['b: u2-r-ann chosen']);
    await all.expectOneUserEach();
  });

  it('that are accepted are used up, also those that no job has taken over yet', async () => {
    const world = await new MatchingWorld().begin();
    const names = Array.from({ length: 4_100 }, (_, n) => `First${n} Last${n}`);
    for (const [n, displayName] of names.entries()) world.users.set(`u${n}`, user(`u${n}`, { displayName }));
    await world.upload(names.map((displayName, n) => record(`r${n}`, { displayName })));
    await world.work();
    expect(await acceptedOf(world)).toEqual({ accepted: 2_000, more: true });
    expect(await acceptedOf(world)).toEqual({ accepted: 2_000, more: true });
    expect(await acceptedOf(world)).toEqual({ accepted: 100, more: false });
    expect(await acceptedOf(world)).toEqual({ accepted: 0, more: false });
  });

  it('whose record was taken since they were found say nothing of more', async () => {
    const all = await heldByTheOther();
    await releaseMatch(all.a.ports, all.a.tenantId, 'a', 'u1');
    await all.settle();
    let reads = 0;
    const recordClaims: typeof all.b.ports.recordClaims = {
      read: async (organizationId, recordIds) => {
        reads += 1;
        if (reads === 2) {
          await all.a.upload([record('r-ann', { mail: 'new' })]);
          await all.a.change(user('u3', { mail: 'new' }));
          await all.a.work();
        }
        return all.b.ports.recordClaims.read(organizationId, recordIds);
      },
    };
    const outcome = await acceptSuggestions({ ...all.b.ports, recordClaims }, wishOf(all.b));
    expect([reads, outcome]).toEqual([2, { kind: 'accepted', accepted: [], ambiguous: 0, more: false }]);
  });
});
