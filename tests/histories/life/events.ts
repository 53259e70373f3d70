import fc from 'fast-check';
import type { DirectoryChange } from '../../../local/graph/control-api.js';
import type { ProductRecord } from '../../../shared/core/matching/product-record.js';
import type { HostFate } from '../host-view.js';
import { hostFate } from '../arbitraries.js';

/** The setups of the tenant; each has several definitions, between which it is edited. */
export const SETUP_IDS = ['staff', 'members', 'guarded'] as const;
export type SetupId = (typeof SETUP_IDS)[number];

/** One thing that somebody does, or that goes wrong. */
export type LifeEvent =
  | { readonly kind: 'change'; readonly changes: readonly DirectoryChange[] }
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'edit'; readonly setupId: SetupId; readonly definition: number }
  | { readonly kind: 'start' | 'pause' | 'remove'; readonly setupId: SetupId }
  | { readonly kind: 'decide'; readonly setupId: SetupId; readonly decision: 'approve' | 'reject' }
  | { readonly kind: 'release'; readonly setupId: SetupId }
  | {
      readonly kind: 'upload';
      readonly setupId: SetupId;
      readonly mode: 'merge' | 'replace';
      readonly records: readonly ProductRecord[];
    }
  | {
      readonly kind: 'choose' | 'answer';
      readonly setupId: SetupId;
      readonly user: number;
      readonly recordId: string;
    }
  | { readonly kind: 'unmatch' | 'syncPerson'; readonly setupId: SetupId; readonly user: number }
  | { readonly kind: 'pauseTenant'; readonly paused: boolean }
  | { readonly kind: 'run'; readonly full: boolean }
  | { readonly kind: 'catalog'; readonly isThere: boolean }
  /** In the midst of a job, so many requests to the tables later: changes that only a poll finds. */
  | { readonly kind: 'amidst'; readonly after: number; readonly changes: readonly DirectoryChange[] }
  | Trouble;

/** What goes wrong while jobs are at work; all of it ends with the step. */
export type Trouble =
  | { readonly kind: 'graph'; readonly status: number; readonly path: string; readonly times: number }
  | { readonly kind: 'login'; readonly code: number }
  /** Graph answers from a replica that is so far behind. */
  | { readonly kind: 'lag'; readonly seconds: number }
  /** A request to the tables fails, before it takes effect or after, at a host that lives on. */
  | { readonly kind: 'tables'; readonly after: number; readonly takesEffect: boolean }
  | { readonly kind: 'send'; readonly when: 'before' | 'after' }
  /** The queue loses whatever it holds. */
  | { readonly kind: 'loseMessages' }
  | { readonly kind: 'death'; readonly jobs: number; readonly fate: HostFate };

export const user = (n: number): string => `a0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const group = (n: number): string => `b0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const setupId = fc.constantFrom(...SETUP_IDS);
const someUser = fc.nat(5);
const someGroup = fc.nat(2).map(group);
const recordId = fc.constantFrom('r1', 'r2', 'r3');
const mail = fc.constantFrom('x@c.example', 'y@c.example', 'z@c.example', null);
const name = fc.constantFrom('Ann', 'Boss', 'Bo', null);

const change: fc.Arbitrary<DirectoryChange> = fc.oneof(
  fc.record({
    kind: fc.constant('createUser' as const),
    id: someUser.map(user),
    attributes: fc.record({ mail, displayName: name }),
  }),
  fc.record({
    kind: fc.constant('updateUser' as const),
    id: someUser.map(user),
    attributes: fc.record({ mail, displayName: name, accountEnabled: fc.boolean() }, { requiredKeys: [] }),
  }),
  fc.record({
    kind: fc.constant('setManager' as const),
    userId: someUser.map(user),
    managerId: fc.option(someUser.map(user)),
  }),
  fc.record({ kind: fc.constant('softDeleteUser' as const), id: someUser.map(user) }),
  fc.record({ kind: fc.constant('restoreUser' as const), id: someUser.map(user) }),
  fc.record({ kind: fc.constant('hardDeleteUser' as const), id: someUser.map(user) }),
  fc.record({ kind: fc.constant('deleteGroup' as const), id: someGroup }),
  fc.record({ kind: fc.constant('restoreGroup' as const), id: someGroup }),
  member('addMember'),
  member('addMember'),
  member('removeMember'),
);

function member(kind: 'addMember' | 'removeMember'): fc.Arbitrary<DirectoryChange> {
  const memberId = fc.oneof(
    { weight: 4, arbitrary: someUser.map(user) },
    { weight: 1, arbitrary: someGroup },
  );
  return fc.record({ kind: fc.constant(kind), groupId: someGroup, memberId });
}

const record: fc.Arbitrary<ProductRecord> = fc.record({
  recordId,
  mail,
  entraId: fc.option(someUser.map(user), { freq: 3 }),
  initials: fc.constant(null),
  displayName: fc.constant(null),
  phones: fc.constant([]),
  jobTitle: fc.constant(null),
  country: fc.constant(null),
  values: fc.constant({}),
});

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({
    kind: fc.constant('graph' as const),
    status: fc.constantFrom(400, 401, 403, 404, 429, 500, 503),
    path: fc.constantFrom('/users/delta', '/groups/delta', 'memberOf', '/members', ''),
    times: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ kind: fc.constant('lag' as const), seconds: fc.constantFrom(20, 100) }),
  fc.record({ kind: fc.constant('login' as const), code: fc.constantFrom(7000222, 7000215, 700016, 53003) }),
  fc.record({ kind: fc.constant('tables' as const), after: fc.nat(200), takesEffect: fc.boolean() }),
  fc.record({
    kind: fc.constant('send' as const),
    when: fc.constantFrom('before' as const, 'after' as const),
  }),
  fc.constant({ kind: 'loseMessages' as const }),
  fc.record({ kind: fc.constant('death' as const), jobs: fc.integer({ min: 1, max: 3 }), fate: hostFate }),
);

const changes = fc.record({
  kind: fc.constant('change' as const),
  changes: fc.array(change, { minLength: 1, maxLength: 4 }),
});

const event: fc.Arbitrary<LifeEvent> = fc.oneof(
  { weight: 8, arbitrary: changes },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('days' as const), days: fc.constantFrom(1, 1, 2, 31) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('edit' as const), setupId, definition: fc.nat(1) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('start' as const, 'start' as const, 'pause' as const),
      setupId,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), setupId }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      setupId,
      decision: fc.constantFrom('approve' as const, 'reject' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), setupId }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('upload' as const),
      setupId,
      mode: fc.constantFrom('merge' as const, 'replace' as const),
      records: fc.uniqueArray(record, { maxLength: 3, selector: (one) => one.recordId }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('choose' as const, 'answer' as const),
      setupId,
      user: someUser,
      recordId,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('unmatch' as const, 'syncPerson' as const),
      setupId,
      user: someUser,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pauseTenant' as const), paused: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('run' as const), full: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('catalog' as const), isThere: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('amidst' as const),
      after: fc.nat(120),
      changes: fc.array(change, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 6, arbitrary: trouble },
);

/** Events that come together, and are worked on together; after each step the world is at rest. */
export type Step = readonly LifeEvent[];

/** Whether requests to the tables take time, so that jobs end before their work does. */
export const isSlow: fc.Arbitrary<boolean> = fc.boolean();

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.array(event, { minLength: 1, maxLength: 4 }),
  {
    minLength: 2,
    maxLength: 8,
  },
);
