import fc from 'fast-check';
import { chooseMatch, releaseMatch } from '../../../../shared/use-cases/matching/decide-match.js';
import { record, user, type MatchingWorld } from './matching-world.js';

const value = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null });
export const EVERY_USER = ['u1', 'u2', 'u3', 'u4', 'u5'];
const userId = fc.constantFrom(...EVERY_USER);
const anyUser = fc
  .record({
    directoryId: userId,
    mail: value,
    aliases: fc.subarray(['a', 'b', 'c'], { maxLength: 2 }),
    initials: value,
  })
  .map(({ directoryId, ...keys }) => user(directoryId, keys));
const anyRecords = fc
  .uniqueArray(
    fc.record({
      recordId: fc.constantFrom('r1', 'r2', 'r3', 'r4'),
      mail: value,
      initials: value,
      entraId: fc.option(userId, { nil: null, freq: 2 }),
    }),
    { selector: ({ recordId }) => recordId },
  )
  .map((records) => records.map(({ recordId, ...keys }) => record(recordId, keys)));
/** What happens to a setup. */
export const anyStep = fc.oneof(
  fc.record({
    kind: fc.constant('change' as const),
    users: fc.array(anyUser, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('leave' as const), directoryId: userId }),
  fc.record({
    kind: fc.constant('upload' as const),
    records: anyRecords,
    mode: fc.constantFrom('merge' as const, 'replace' as const),
  }),
  fc.record({
    kind: fc.constant('choose' as const),
    directoryId: userId,
    recordId: fc.constantFrom('r1', 'r2', 'r3', 'r4'),
  }),
  fc.record({ kind: fc.constant('release' as const), directoryId: userId }),
  fc.record({
    kind: fc.constant('delete' as const),
    directoryId: userId,
    presence: fc.constantFrom('softDeleted' as const, 'softDeleted' as const, 'gone' as const),
    // Whether matching is told of it now, or finds out when something else changes.
    isTold: fc.boolean(),
  }),
);
export type Step = typeof anyStep extends fc.Arbitrary<infer Value> ? Value : never;

export async function take(world: MatchingWorld, step: Step): Promise<void> {
  await ask(world, step);
  await world.work();
}

/** The same, before a job has taken over what waits. */
export async function ask(world: MatchingWorld, step: Step): Promise<void> {
  switch (step.kind) {
    case 'change': {
      await world.change(...new Map(step.users.map((one) => [one.directoryId, one])).values());
      return;
    }
    case 'leave':
      await world.leave(step.directoryId);
      return;
    case 'delete':
      if (world.purged.has(step.directoryId)) return;
      world.become(step.directoryId, step.presence);
      if (step.isTold) await world.told(step.directoryId);
      else await world.mirror();
      return;
    case 'upload':
      await world.upload(step.records, step.mode);
      break;
    case 'choose':
      await chooseMatch(world.ports, world.tenantId, world.setup.setupId, step);
      break;
    case 'release':
      await releaseMatch(world.ports, world.tenantId, world.setup.setupId, step.directoryId);
  }
}
