import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBlocking } from '../../../../shared/core/matching/match-conflict.js';
import { initialsKey, mailKey } from '../../../../shared/core/matching/match-keys.js';
import type { KeyedRecord, KeyedUser, MatchInput } from '../../../../shared/core/matching/match-input.js';
import { matchRecords, type Matching } from '../../../../shared/core/matching/match-records.js';
import type { Tie } from '../../../../shared/core/matching/product-record.js';

interface Values {
  readonly entraId?: string | null;
  readonly mail?: string | null;
  readonly aliases?: readonly string[];
  readonly initials?: string | null;
}

const list = (value: string | null = null): string[] => (value === null ? [] : [value]);
const user = (directoryId: string, { mail, aliases = [], initials }: Values = {}): KeyedUser => ({
  directoryId,
  keys: { entraId: [directoryId], mail: list(mail), alias: aliases, initials: list(initials) },
});
const record = (recordId: string, { entraId, mail, initials }: Values = {}): KeyedRecord => ({
  recordId,
  keys: { entraId: list(entraId), mail: list(mail), alias: list(mail), initials: list(initials) },
});
const NOTHING: Omit<MatchInput, 'keys'> = {
  users: [],
  records: [],
  ties: [],
  choices: [],
  apart: new Map(),
  softDeleted: new Set(),
  lost: new Map(),
  takenElsewhere: new Set(),
  wantedElsewhere: new Set(),
};

function matched(input: Partial<MatchInput>): Matching {
  return matchRecords({ ...NOTHING, keys: ['entraId', 'mail', 'alias', 'initials'], ...input });
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
    const takenElsewhere = new Set(['r1']);
    const input = {
      users: [user('u1', { mail: 'a' })],
      records: [record('r1', { mail: 'a' })],
      takenElsewhere,
    };
    expect(matched(input)).toMatchObject({ ties: [], conflicts: [{ reasons: ['takenByOtherSetup'] }] });
    const choices: Tie[] = [{ directoryId: 'u1', recordId: 'r1', matchedBy: 'chosen' }];
    expect(matched({ ...input, choices })).toEqual({
      ties: [],
      conflicts: [
        {
          ...{ key: 'record', value: 'r1', reasons: ['takenByOtherSetup'] },
          ...{ directoryIds: ['u1'], recordIds: ['r1'] },
        },
      ],
    });
  });

  it('names a tie whose record another setup would have, too, and keeps it', () => {
    const input = { users: [user('u1', { mail: 'a' })], records: [record('r1', { mail: 'a' })] };
    const { ties, conflicts } = matched({ ...input, wantedElsewhere: new Set(['r1', 'r2']) });
    expect(ties).toEqual([{ directoryId: 'u1', recordId: 'r1', matchedBy: 'mail' }]);
    expect(conflicts).toEqual([
      {
        ...{ key: 'record', value: 'r1', reasons: ['wantedByOtherSetup'] },
        ...{ directoryIds: ['u1'], recordIds: ['r1'] },
      },
    ]);
    expect(conflicts.map(isBlocking)).toEqual([false]);
  });

  it('makes a conflict of a record whose user is deleted and may come back', () => {
    const ties: Tie[] = [{ directoryId: 'gone', recordId: 'r1', matchedBy: 'initials' }];
    const records = [record('r1', { mail: 'a', initials: 'x' }), record('r2', { initials: 'b' })];
    const users = [user('u1', { mail: 'a', initials: 'b' })];
    const softDeleted = new Set(['gone']);
    expect(matched({ users, records, ties, softDeleted })).toEqual({
      ties,
      conflicts: [
        {
          ...{ key: 'mail', value: 'a', reasons: ['recordOfDeletedUser'] },
          ...{ directoryIds: ['u1'], recordIds: ['r1'] },
        },
      ],
    });
    expect(tiesOf({ users, records, ties })).toEqual(['gone-r1 initials', 'u1-r2 initials']);
  });

  it('makes a conflict of who comes back without the record that was given away', () => {
    const choices: Tie[] = [{ directoryId: 'u2', recordId: 'r1', matchedBy: 'chosen' }];
    const input = {
      ...{ users: [user('u1', { mail: 'a' }), user('u2')], records: [record('r1', { mail: 'a' })] },
      ...{ choices, lost: new Map([['u1', 'r1']]) },
    };
    expect(matched(input).conflicts).toEqual([
      {
        ...{ key: 'record', value: 'r1', reasons: ['recordMoved'] },
        ...{ directoryIds: ['u1'], recordIds: ['r1'] },
      },
    ]);
    expect(matched({ ...input, apart: new Map([['u1', new Set(['r1'])]]) }).conflicts).toEqual([]);
    expect(tiesOf({ ...input, choices: [] })).toEqual(['u1-r1 mail']);
    const records = [...input.records, record('r2', { mail: 'a' })];
    expect(matched({ ...input, records })).toMatchObject({ ties: [{}, {}], conflicts: [] });
  });

  it('compares the address of a record with every address of a user', () => {
    const users = [
      user('u1', { mail: 'ann.lee@x', aliases: ['ann.lee@x', 'ann.ray@x'] }),
      user('u2', { mail: 'bob@x', aliases: ['bob@x'] }),
    ];
    expect(
      tiesOf({ users, records: [record('r1', { mail: 'ann.ray@x' }), record('r2', { mail: 'bob@x' })] }),
    ).toEqual(['u1-r1 alias', 'u2-r2 mail']);
    expect(tiesOf({ users, records: [record('r1', { mail: 'ann.ray@x' })], keys: ['mail'] })).toEqual([]);
  });

  it('makes one conflict of records that hold different addresses of a user', () => {
    const users = [
      user('u2', { aliases: ['b@x', 'c@x'] }),
      user('u1', { aliases: ['a@x'] }),
      user('u3', { aliases: ['d@x'] }),
    ];
    const records = [
      record('r1', { mail: 'c@x' }),
      record('r2', { mail: 'b@x' }),
      record('r3', { mail: 'a@x' }),
    ];
    expect(matched({ users, records })).toEqual({
      ties: [{ directoryId: 'u1', recordId: 'r3', matchedBy: 'alias' }],
      conflicts: [
        {
          ...{ key: 'alias', value: 'b@x', reasons: ['severalRecords'] },
          ...{ directoryIds: ['u2'], recordIds: ['r1', 'r2'] },
        },
      ],
    });
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
  .uniqueArray(
    fc.record({
      id: fc.constantFrom(...ids),
      mail: value,
      initials: value,
      aliases: fc.subarray(['a', 'b', 'c'], { maxLength: 2 }),
    }),
    { selector: ({ id }) => id },
  )
  .map((users) => users.map(({ id, ...keys }) => user(`u${id}`, keys)));
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
    }),
    { selector: ({ id }) => id },
  )
  .map((records) => records.map(({ id, ...keys }) => record(`r${id}`, keys)));
const some = (letter: string): fc.Arbitrary<Set<string>> =>
  fc.subarray(ids.map((id) => `${letter}${id}`)).map((of) => new Set(of));
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
    keys: fc.shuffledSubarray(['entraId', 'mail', 'alias', 'initials'] as const),
    users: anyUsers,
    records: anyRecords,
    ties: anyPairs.map((pairs) => oneToOne(pairs, 'mail')),
    choices: anyPairs.map((pairs) => oneToOne(pairs, 'chosen')),
    apart: anyPairs.map((pairs) => new Map(pairs.map(([one, other]) => [`u${one}`, new Set([`r${other}`])]))),
    lost: anyPairs.map((pairs) => new Map(pairs.map(([one, other]) => [`u${one}`, `r${other}`]))),
    softDeleted: some('u'),
    takenElsewhere: some('r'),
    wantedElsewhere: some('r'),
  })
  .map((input): MatchInput => {
    const inScope = new Set(input.users.map(({ directoryId }) => directoryId));
    return { ...input, softDeleted: new Set([...input.softDeleted].filter((id) => !inScope.has(id))) };
  });

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
    const lost = [...input.lost].map(([one, recordId]) => ({ directoryId: one, recordId }));
    for (const { directoryId: one, recordId } of [...input.ties, ...input.choices, ...lost])
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
  return Object.entries(keys).flatMap(([key, values]) => values.map((one) => `${key} ${one}`));
}
