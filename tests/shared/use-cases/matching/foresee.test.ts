import { describe, expect, it } from 'vitest';
import { chooseMatch } from '../../../../shared/use-cases/matching/decide-match.js';
import { TurnWatch } from '../../../hostile/longest-stretch.js';
import { MatchingWorld, record, TENANT, user } from './matching-world.js';

/** Milliseconds for which a preview may keep other requests waiting. */
const LONGEST_PAUSE = 250;

/** Two users and a record, which waits in a list or is chosen for a user; nothing of that is taken over yet. */
async function waitingWorld(waits: 'list' | 'decision'): Promise<MatchingWorld> {
  const world = await new MatchingWorld().begin();
  for (const id of ['u1', 'u2']) world.users.set(id, user(id, { mail: id }));
  await world.upload([record('r1', { mail: 'u1' }), record('r2')]);
  if (waits === 'list') {
    await world.mirror();
    return world;
  }
  await world.work();
  const pair = { directoryId: 'u2', recordId: 'r2' };
  expect(await chooseMatch(world.ports, TENANT, world.setup.setupId, pair)).toEqual({ kind: 'chosen' });
  return world;
}

/** The ties that are foreseen if a job takes everything over after so many requests; the number of requests. */
async function foreseenAmid(waits: 'list' | 'decision', after: number) {
  const world = await waitingWorld(waits);
  const { tables, matching, fence, setup, everybody, job } = world;
  let requests = 0;
  tables.beforeOperation = async () => {
    requests += 1;
    if (requests !== after) return;
    tables.beforeOperation = null;
    await matching.takeOver(fence, setup, everybody, job);
  };
  const foreseen = await matching.foresee(fence, setup, everybody, () => false);
  const ties = [...(foreseen?.ties ?? [])].map(([id, { recordId }]) => `${id} ${recordId}`).sort();
  return { ties, requests };
}

describe('matching that is foreseen', () => {
  it.each([
    ['list', ['u1 r1']],
    ['decision', ['u1 r1', 'u2 r2']],
  ] as const)('is the same whenever a job takes the %s over while it is read', async (waits, expected) => {
    const { ties, requests } = await foreseenAmid(waits, Infinity);
    expect(ties).toEqual(expected);
    for (let after = 1; after <= requests; after += 1)
      expect([after, (await foreseenAmid(waits, after)).ties]).toEqual([after, expected]);
  });

  it('keeps no other work waiting with as many records as a preview matches', async () => {
    const count = 50_000;
    const world = await new MatchingWorld().begin();
    const address = (at: number): string => `person.${at}@contoso.example`;
    for (let at = 0; at < count; at += 1) world.users.set(`u${at}`, user(`u${at}`, { mail: address(at) }));
    const records = Array.from({ length: count }, (_, at) => record(`r${at}`, { mail: address(at) }));
    await world.upload(records);
    world.tables.beforeOperation = () => new Promise((resolve) => setImmediate(resolve));
    const everybody = async function* () {
      for (const one of world.users.values()) {
        yield [{ directoryId: one.directoryId, user: one, presence: 'live' as const }];
        if (one.directoryId.endsWith('00')) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    let least = Infinity;
    for (let attempt = 0; attempt < 3 && least >= LONGEST_PAUSE; attempt += 1) {
      const watch = new TurnWatch();
      const foreseen = await world.matching.foresee(world.fence, world.setup, everybody, () => false);
      least = Math.min(least, watch.end());
      expect(foreseen?.ties.size).toBe(count);
    }
    expect(least).toBeLessThan(LONGEST_PAUSE);
  }, 60_000);
});
