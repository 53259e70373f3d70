import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edge, MirrorGroup, MirrorUser } from '../../../shared/core/mirror-rows.js';
import { broughtByBoth, type PersonSync } from '../../../shared/core/person-sync.js';
import { planPerson, type PersonMirrored, type PersonRead } from '../../../shared/core/plan-person.js';

const NOTHING_BROUGHT: PersonSync['brought'] = { user: false, groupIds: [] };
const ID = 'u';
const GROUPS = ['g0', 'g1', 'g2'];
const groups = new Map<string, MirrorGroup>(
  GROUPS.map((id) => [id, { id, presence: 'live', attributes: {} }]),
);

/** The user as the directory has it at one time; null where there is none. */
type Truth = { readonly department: string | null; readonly in: readonly string[] } | null;

const edge = (groupId: string): Edge => ({ groupId, memberId: ID, memberType: 'user' });

function userOf(truth: NonNullable<Truth>): MirrorUser {
  const { department } = truth;
  return { id: ID, presence: 'live', attributes: department === null ? {} : { department }, managerId: null };
}

function mirrorOf(truth: Truth): PersonMirrored {
  return truth === null
    ? { user: null, edges: [], groups }
    : { user: userOf(truth), edges: truth.in.map(edge), groups };
}

function readOf(truth: Truth): PersonRead {
  return truth === null
    ? { user: null, groupIds: [], seesHidden: true, inDeletedItems: false }
    : {
        user: { attributes: { department: truth.department }, managerId: null },
        groupIds: truth.in,
        seesHidden: true,
        inDeletedItems: null,
      };
}

function look(mirror: PersonMirrored, truth: Truth, brought: Parameters<typeof planPerson>[3]) {
  const plan = planPerson(ID, mirror, readOf(truth), brought);
  const taken = new Set(plan.absent.map(({ groupId }) => groupId));
  const user = plan.user.kind === 'write' ? plan.user.row : plan.user.kind === 'gone' ? null : mirror.user;
  const edges = [...mirror.edges.filter(({ groupId }) => !taken.has(groupId)), ...plan.present];
  return { plan, mirror: { user, edges, groups } };
}

/** What delta tells between two times: only what differs between them. */
function deltaFrom(mirror: PersonMirrored, from: Truth, to: Truth): PersonMirrored {
  if (to === null) return from === null ? mirror : { user: null, edges: [], groups };
  const changed = from?.department !== to.department;
  const ended = new Set((from?.in ?? []).filter((id) => !to.in.includes(id)));
  const begun = to.in.filter((id) => from?.in.includes(id) !== true);
  const kept = mirror.edges.filter(({ groupId }) => !ended.has(groupId) && !begun.includes(groupId));
  const user = changed || mirror.user === null ? userOf(to) : mirror.user;
  return { user, edges: [...kept, ...begun.map(edge)], groups };
}

const shown = ({ user, edges }: PersonMirrored) => ({
  user,
  in: edges.map(({ groupId }) => groupId).sort(),
});

const truths = fc.array(
  fc.option(
    fc.record({
      department: fc.constantFrom('Sales', 'Research', null),
      in: fc.subarray(GROUPS),
    }),
    { freq: 5 },
  ),
  { minLength: 1, maxLength: 6 },
);

describe('reading one user by id', () => {
  it('ends as the changes alone would have, however old the read and whenever the changes come', () => {
    fc.assert(
      fc.property(truths, fc.nat(), fc.nat(), fc.boolean(), (times, a, b, changesFirst) => {
        const last = times.at(-1) ?? null;
        const told = times[a % times.length] ?? null;
        const stale = times[b % times.length] ?? null;
        const first = look(mirrorOf(told), stale, null);
        const rest = times.slice(a % times.length);
        const changes = (mirror: PersonMirrored): PersonMirrored =>
          rest.reduce<PersonMirrored>(
            (now, to, index) => (index === 0 ? now : deltaFrom(now, rest[index - 1] ?? null, to)),
            mirror,
          );
        const { brought } = first.plan;
        const end = changesFirst
          ? look(changes(first.mirror), last, brought).mirror
          : changes(look(first.mirror, last, brought).mirror);
        expect(shown(end)).toEqual(shown(mirrorOf(last)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('ends so too where first looks crashed after any of their writes, and what they brought was noted', () => {
    const looks = fc.array(fc.record({ at: fc.nat(), edges: fc.nat(3), user: fc.boolean() }), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(truths, fc.nat(), looks, fc.nat(), (times, a, crashed, b) => {
        const last = times.at(-1) ?? null;
        let mirror = mirrorOf(times[a % times.length] ?? null);
        let brought = NOTHING_BROUGHT;
        for (const { at, edges, user } of [...crashed, { at: b, edges: GROUPS.length, user: true }]) {
          const first = look(mirror, times[at % times.length] ?? null, null);
          brought = broughtByBoth(brought, first.plan.brought);
          const written = [...mirror.edges, ...first.plan.present.slice(0, edges)];
          mirror = {
            user: user && edges >= first.plan.present.length ? first.mirror.user : mirror.user,
            edges: written,
            groups,
          };
        }
        const changed = times
          .slice(a % times.length)
          .reduce<PersonMirrored>(
            (now, to, index, rest) => (index === 0 ? now : deltaFrom(now, rest[index - 1] ?? null, to)),
            mirror,
          );
        const { mirror: end } = look(changed, last, brought);
        expect(shown(end)).toEqual(shown(mirrorOf(last)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('never takes anything away at the first look', () => {
    fc.assert(
      fc.property(truths, fc.nat(), (times, at) => {
        const before = mirrorOf(times[0] ?? null);
        const { plan, mirror } = look(before, times[at % times.length] ?? null, null);
        expect(plan.absent).toEqual([]);
        expect(before.user === null || mirror.user !== null).toBe(true);
      }),
    );
  });

  it('leaves it to the changes that a hidden user came back', () => {
    const hidden = { ...mirrorOf({ department: null, in: ['g0'] }) };
    const user = { ...userOf({ department: null, in: [] }), presence: 'softDeleted' as const };
    const plan = planPerson(ID, { ...hidden, user }, readOf({ department: 'Sales', in: ['g1'] }), null);
    expect(plan).toMatchObject({ user: { kind: 'same' }, present: [], left: { user: 'restored' } });
  });
});
