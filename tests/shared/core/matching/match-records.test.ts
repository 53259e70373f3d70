import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialsKey, mailKey } from '../../../../shared/core/matching/match-keys.js';
import {
  matchRecords,
  type KeyedRecord,
  type KeyedUser,
  type MatchInput,
  type Matching,
} from '../../../../shared/core/matching/match-records.js';
import type { Tie } from '../../../../shared/core/matching/product-record.js';

type Values = Partial<KeyedUser['keys']>;

const user = (directoryId: string, keys: Values = {}): KeyedUser => ({
  directoryId,
  keys: { mail: null, initials: null, ...keys, entraId: directoryId },
});
const record = (recordId: string, keys: Values = {}, isTakenElsewhere = false): KeyedRecord => ({
  recordId,
  keys: { entraId: null, mail: null, initials: null, ...keys },
  isTakenElsewhere,
});

function matched(input: Partial<MatchInput>): Matching {
  const nothing = { users: [], records: [], ties: [], choices: [], apart: new Map() };
  return matchRecords({ ...nothing, keys: ['entraId', 'mail', 'initials'], ...input });
}

function tiesOf(input: Partial<MatchInput>): string[] {
  return matched(input).ties.map(
    ({ directoryId, recordId, matchedBy }) => `${directoryId}-${recordId} ${matchedBy}`,
  );
}

describe('keys', () => {
  it('compare mail without regard to case, spaces and composition, and with accents', () => {
    expect(mailKey('\u00a0 Ann@Contoso.COM\u200b ')).toBe('ann@contoso.com');
    expect(mailKey('Jose\u0301@contoso.com')).toBe(mailKey('JOS\u00c9@contoso.com'));
    expect(mailKey('jose@contoso.com')).not.toBe(mailKey('jos\u00e9@contoso.com'));
    expect([mailKey(null), mailKey(''), mailKey(' \t')]).toEqual([null, null, null]);
  });

  it('compare initials without regard to case, accents, spaces and dots, and keep letters of their own', () => {
    expect(initialsKey(' \u00d6. J. ')).toBe('oj');
    expect(initialsKey('A\u030aB')).toBe(initialsKey('\u00e5b'));
    expect(initialsKey('J\u00d8')).toBe('j\u00f8');
    expect(initialsKey('.')).toBeNull();
  });
});

describe('matching', () => {
  it('lets the first key that fits decide', () => {
    const users = [user('u1', { mail: 'a@x', initials: 'a' })];
    const records = [record('r1', { initials: 'a' }), record('r2', { mail: 'a@x' })];
    expect(tiesOf({ users, records })).toEqual(['u1-r2 mail']);
    expect(tiesOf({ users, records, keys: ['initials', 'mail'] })).toEqual(['u1-r1 initials']);
    expect(tiesOf({ users, records: [...records, record('r3', { entraId: 'u1' })] })).toEqual([
      'u1-r3 entraId',
    ]);
    expect(tiesOf({ users, records, keys: [] })).toEqual([]);
  });

  it('makes a conflict of what is ambiguous, which no weaker key resolves', () => {
    const users = [user('u1', { mail: 'a@x', initials: 'a' }), user('u2', { mail: 'b@x', initials: 'b' })];
    const records = [
      record('r2', { mail: 'a@x' }),
      record('r1', { mail: 'a@x', initials: 'a' }),
      record('r3', { mail: 'b@x' }),
    ];
    expect(matched({ users, records })).toEqual({
      ties: [{ directoryId: 'u2', recordId: 'r3', matchedBy: 'mail' }],
      conflicts: [
        {
          key: 'mail',
          value: 'a@x',
          reasons: ['severalRecords'],
          directoryIds: ['u1'],
          recordIds: ['r1', 'r2'],
        },
      ],
    });
    const twins = [user('u2', { initials: 'js' }), user('u1', { initials: 'js' })];
    const [conflict] = matched({ users: twins, records: [record('r1', { initials: 'js' })] }).conflicts;
    expect(conflict).toMatchObject({ reasons: ['severalUsers'], directoryIds: ['u1', 'u2'] });
  });

  it('does not tie a record that another setup has', () => {
    const input = { users: [user('u1', { mail: 'a' })], records: [record('r1', { mail: 'a' }, true)] };
    expect(matched(input)).toMatchObject({ ties: [], conflicts: [{ reasons: ['takenByOtherSetup'] }] });
  });

  it('keeps a tie whatever the mail becomes, and also of who is out of scope', () => {
    const ties: Tie[] = [{ directoryId: 'u1', recordId: 'r1', matchedBy: 'mail' }];
    const records = [record('r1', { mail: 'old@x' }), record('r2', { mail: 'new@x' })];
    expect(tiesOf({ users: [user('u1', { mail: 'new@x' })], records, ties })).toEqual(['u1-r1 mail']);
    expect(tiesOf({ users: [user('u2', { mail: 'old@x' })], records, ties })).toEqual(['u1-r1 mail']);
    expect(tiesOf({ users: [user('u1', { mail: 'new@x' })], records: records.slice(1), ties })).toEqual([
      'u1-r2 mail',
    ]);
  });

  it('lets a choice win over ties and keys, and what the product answered stand without a record', () => {
    const ties: Tie[] = [{ directoryId: 'u1', recordId: 'r1', matchedBy: 'mail' }];
    const choices: Tie[] = [{ directoryId: 'u2', recordId: 'r1', matchedBy: 'chosen' }];
    const users = [user('u1', { mail: 'a' }), user('u2')];
    const records = [record('r1', { mail: 'a' })];
    expect(tiesOf({ users, records, ties, choices })).toEqual(['u2-r1 chosen']);
    const created: Tie[] = [{ directoryId: 'u2', recordId: 'made', matchedBy: 'created' }];
    expect(tiesOf({ users, records, choices: created })).toEqual(['u1-r1 mail', 'u2-made created']);
    expect(tiesOf({ users, records: [], choices })).toEqual([]);
  });

  it('never ties again what was parted, and lets the rest of a conflict go on', () => {
    const users = [user('u1', { mail: 'a' }), user('u2', { mail: 'a' })];
    const records = [record('r1', { mail: 'a' })];
    const apart = new Map([['u1', new Set(['r1'])]]);
    expect(tiesOf({ users, records, apart })).toEqual(['u2-r1 mail']);
    expect(matched({ users: users.slice(0, 1), records, apart })).toEqual({ ties: [], conflicts: [] });
  });
});

const ids = ['1', '2', '3', '4', '5', '6'];
const value = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null });
const anyUsers = fc
  .uniqueArray(fc.record({ id: fc.constantFrom(...ids), mail: value, initials: value }), {
    selector: ({ id }) => id,
  })
  .map((users) => users.map(({ id, mail, initials }) => user(`u${id}`, { mail, initials })));
const anyRecords = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom(...ids),
      mail: value,
      initials: value,
      entraId: fc.option(
        fc.constantFrom(...ids).map((id) => `u${id}`),
        { nil: null, freq: 3 },
      ),
      elsewhere: fc.boolean(),
    }),
    { selector: ({ id }) => id },
  )
  .map((records) => records.map(({ id, elsewhere, ...keys }) => record(`r${id}`, keys, elsewhere)));
const anyPairs = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), { maxLength: 3 });
const oneToOne = (pairs: readonly (readonly [string, string])[], matchedBy: Tie['matchedBy']): Tie[] =>
  pairs
    .filter(([user, record], at) =>
      pairs.every(
        ([otherUser, otherRecord], other) => other >= at || (otherUser !== user && otherRecord !== record),
      ),
    )
    .map(([user, record]) => ({ directoryId: `u${user}`, recordId: `r${record}`, matchedBy }));
const anyInput = fc
  .record({
    keys: fc.shuffledSubarray(['entraId', 'mail', 'initials'] as const),
    users: anyUsers,
    records: anyRecords,
    ties: anyPairs.map((pairs) => oneToOne(pairs, 'mail')),
    choices: anyPairs.map((pairs) => oneToOne(pairs, 'chosen')),
    apart: anyPairs.map((pairs) => new Map(pairs.map(([one, other]) => [`u${one}`, new Set([`r${other}`])]))),
  })
  .map((input): MatchInput => input);

describe('any matching', () => {
  it('does not depend on the order of what is given', () => {
    const shuffled = <Item>(items: readonly Item[]): fc.Arbitrary<Item[]> =>
      fc.shuffledSubarray([...items], { minLength: items.length });
    const both = anyInput.chain((input) =>
      fc.record({
        input: fc.constant(input),
        users: shuffled(input.users),
        records: shuffled(input.records),
        ties: shuffled(input.ties),
        choices: shuffled(input.choices),
      }),
    );
    fc.assert(
      fc.property(both, ({ input, ...others }) => {
        expect(matchRecords({ ...input, ...others })).toEqual(matchRecords(input));
      }),
    );
  });

  it('ties a user and a record at most once, and what it tied again as it was', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { ties } = matchRecords(input);
        expect(new Set(ties.map(({ directoryId }) => directoryId)).size).toBe(ties.length);
        expect(new Set(ties.map(({ recordId }) => recordId)).size).toBe(ties.length);
        expect(matchRecords({ ...input, ties }).ties).toEqual(ties);
      }),
    );
  });

  it('is the same for what hangs together by itself as within the whole', () => {
    fc.assert(
      fc.property(anyInput, fc.constantFrom(...ids), (input, id) => {
        const whole = matchRecords(input);
        const part = connectedTo(`u${id}`, input);
        const alone = matchRecords(part);
        const inPart = ({ directoryId }: Tie): boolean => part.nodes.has(directoryId);
        expect(alone.ties).toEqual(whole.ties.filter(inPart));
        expect(alone.conflicts).toEqual(
          whole.conflicts.filter(({ directoryIds }) => directoryIds.some((one) => part.nodes.has(one))),
        );
      }),
    );
  });
});

/** What shares values, ties or choices with a user, directly or not. */
function connectedTo(directoryId: string, input: MatchInput): MatchInput & { nodes: Set<string> } {
  const nodes = new Set([directoryId]);
  const touches = (values: readonly string[], others: readonly string[]): boolean =>
    values.some((one) => others.includes(one));
  const all = [
    ...input.users.map(({ directoryId: node, keys }) => ({ node, values: valuesOf(keys) })),
    ...input.records.map(({ recordId: node, keys }) => ({ node, values: valuesOf(keys) })),
  ];
  for (let size = 0; size !== nodes.size;) {
    size = nodes.size;
    for (const { directoryId: one, recordId } of [...input.ties, ...input.choices])
      if (nodes.has(one) || nodes.has(recordId)) nodes.add(one).add(recordId);
    const values = all.filter(({ node }) => nodes.has(node)).flatMap((one) => one.values);
    for (const { node, values: own } of all) if (touches(own, values)) nodes.add(node);
  }
  const ofTie = (tie: Tie): boolean => nodes.has(tie.directoryId);
  return {
    ...input,
    nodes,
    users: input.users.filter((one) => nodes.has(one.directoryId)),
    records: input.records.filter((one) => nodes.has(one.recordId)),
    ties: input.ties.filter(ofTie),
    choices: input.choices.filter(ofTie),
  };
}

function valuesOf(keys: KeyedUser['keys']): string[] {
  return Object.entries(keys).flatMap(([key, one]) => (one === null ? [] : [`${key} ${one}`]));
}
