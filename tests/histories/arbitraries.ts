import fc from 'fast-check';
import type { DirectoryChange, Fault, TokenExpiry } from '../../local/graph/control-api.js';
import type { HostFate } from './host-view.js';

/** One thing that happens to a directory, to Graph, to the road or to the hosts. */
export type HistoryEvent =
  | { readonly kind: 'change'; readonly changes: readonly DirectoryChange[] }
  | { readonly kind: 'pass'; readonly milliseconds: number }
  | { readonly kind: 'run'; readonly full: boolean }
  | { readonly kind: 'tick' }
  | {
      readonly kind: 'fault';
      readonly fault: Fault;
      readonly path: string;
      readonly times: number;
      readonly skip: number;
    }
  | { readonly kind: 'lag'; readonly seconds: number }
  | { readonly kind: 'expire'; readonly expiry: TokenExpiry }
  /** Healthy hosts do whatever is due within ten minutes. */
  | { readonly kind: 'sync' }
  | { readonly kind: 'work'; readonly jobs: number; readonly fate: HostFate }
  /** The same messages at two hosts at once: the first has lost its session's lock without noticing. */
  | {
      readonly kind: 'stolenLock';
      readonly changes: readonly DirectoryChange[];
      readonly slow: HostFate;
      readonly fate: HostFate;
      /** For how long the first one halts: its lease may live on. */
      readonly haltMs: number;
    }
  | { readonly kind: 'cancel' };

const id = (kind: 'a' | 'b', n: number): string =>
  `${kind}0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const user = fc.nat(6).map((n) => id('a', n));
const group = fc.nat(3).map((n) => id('b', n));
const text = fc.constantFrom('Sales', "O'Neill", 'مرحبا', null);

const change: fc.Arbitrary<DirectoryChange> = fc.oneof(
  fc.record({
    kind: fc.constant('createUser' as const),
    id: user,
    attributes: fc.record({ department: text }),
  }),
  fc.record({
    kind: fc.constant('updateUser' as const),
    id: user,
    attributes: fc.record({ department: text, accountEnabled: fc.boolean() }, { requiredKeys: [] }),
  }),
  fc.record({ kind: fc.constant('setManager' as const), userId: user, managerId: fc.option(user) }),
  fc.record({ kind: fc.constant('softDeleteUser' as const), id: user }),
  fc.record({ kind: fc.constant('restoreUser' as const), id: user }),
  fc.record({ kind: fc.constant('hardDeleteUser' as const), id: user }),
  fc.record({
    kind: fc.constant('createGroup' as const),
    id: group,
    attributes: fc.constantFrom({ groupTypes: ['Unified'] }, { groupTypes: [], securityEnabled: true }),
  }),
  fc.record({
    kind: fc.constant('updateGroup' as const),
    id: group,
    attributes: fc.record({ displayName: text }),
  }),
  fc.record({ kind: fc.constant('deleteGroup' as const), id: group }),
  fc.record({ kind: fc.constant('restoreGroup' as const), id: group }),
  fc.record({ kind: fc.constant('hardDeleteGroup' as const), id: group }),
  membership('addMember'),
  membership('addMember'),
  membership('addMember'),
  membership('removeMember'),
);

const EVERYBODY: readonly DirectoryChange[] = [
  ...[0, 1, 2, 3, 4, 5].map((n) => ({
    kind: 'createUser' as const,
    id: id('a', n),
    attributes: { department: 'Sales' },
  })),
  ...[0, 1].map((n) => ({
    kind: 'createGroup' as const,
    id: id('b', n),
    attributes: { groupTypes: ['Unified'] },
  })),
  ...[2].map((n) => ({
    kind: 'createGroup' as const,
    id: id('b', n),
    attributes: { securityEnabled: true },
  })),
];

function membership(kind: 'addMember' | 'removeMember'): fc.Arbitrary<DirectoryChange> {
  return fc.record({ kind: fc.constant(kind), groupId: group, memberId: fc.oneof(user, user, group) });
}

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    kind: fc.constant('status' as const),
    status: fc.constantFrom(429, 429, 503, 504, 500, 404),
    retryAfter: fc.constantFrom(null, 1, 2.128, 40),
  }),
  fc.record({
    kind: fc.constant('cutConnection' as const),
    at: fc.constantFrom('start' as const, 'body' as const),
  }),
  fc.record({ kind: fc.constant('notJson' as const) }),
  fc.record({ kind: fc.constant('noValueList' as const) }),
  fc.record({ kind: fc.constant('bothLinks' as const) }),
  fc.record({ kind: fc.constant('neitherLink' as const) }),
  fc.record({ kind: fc.constant('elementWithoutId' as const) }),
  fc.record({ kind: fc.constant('emptyPage' as const) }),
  fc.record({ kind: fc.constant('replay' as const), objects: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('repeatedToken' as const) }),
);

const expiry: fc.Arbitrary<TokenExpiry> = fc.record({
  tokens: fc.constantFrom('delta' as const, 'page' as const, 'both' as const),
  answer: fc.constantFrom('badRequest' as const, 'gone' as const, 'goneWithLocation' as const),
  nested: fc.boolean(),
});

export const hostFate: fc.Arbitrary<HostFate> = fc.record({
  crashAt: fc.option(fc.integer({ min: 1, max: 60 }), { freq: 2 }),
  crashAfterEffect: fc.boolean(),
  stallAtGraph: fc.constant(null),
});

const work = fc.record({
  kind: fc.constant('work' as const),
  jobs: fc.integer({ min: 1, max: 4 }),
  fate: hostFate,
});

const event: fc.Arbitrary<HistoryEvent> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      changes: fc.array(change, { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      milliseconds: fc.constantFrom(500, 3_000, 30_000, 700_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('run' as const), full: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tick' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      fault,
      path: fc.constantFrom(
        '/delta',
        '/users/delta',
        '/groups/delta',
        '',
        '/members',
        'memberOf',
        'deletedItems',
        '\\$count',
      ),
      times: fc.integer({ min: 1, max: 4 }),
      skip: fc.nat(3),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('lag' as const), seconds: fc.constantFrom(0, 5, 20) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expire' as const), expiry }) },
  { weight: 3, arbitrary: work },
  { weight: 5, arbitrary: fc.constant({ kind: 'sync' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('stolenLock' as const),
      changes: fc.array(change, { maxLength: 4 }),
      slow: fc.record({
        crashAt: fc.option(fc.integer({ min: 12, max: 60 }), { freq: 3 }),
        crashAfterEffect: fc.boolean(),
        stallAtGraph: fc.integer({ min: 1, max: 4 }),
      }),
      fate: hostFate,
      haltMs: fc.constantFrom(65_000, 65_000, 0, 15_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const) }) },
);

export interface History {
  readonly before: readonly DirectoryChange[];
  /** Whether the first sync is undisturbed, so that what follows meets a running tenant. */
  readonly syncedFirst: boolean;
  readonly events: readonly HistoryEvent[];
}

/** Everybody is there at first, so that most random changes are possible; memberships are dense. */
const population: fc.Arbitrary<readonly DirectoryChange[]> = fc
  .tuple(
    fc.array(membership('addMember'), { minLength: 6, maxLength: 24 }),
    fc.array(change, { maxLength: 8 }),
  )
  .map(([memberships, changes]) => [...EVERYBODY, ...memberships, ...changes]);

export const history: fc.Arbitrary<History> = fc.record({
  before: population,
  syncedFirst: fc.boolean(),
  events: fc.array(event, { minLength: 4, maxLength: 24 }),
});
