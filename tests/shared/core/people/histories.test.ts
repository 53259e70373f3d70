import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSetup } from '../../../../shared/core/people/compile-setup.js';
import type { PersonFacts, RecordTie } from '../../../../shared/core/people/facts.js';
import { nextPerson, type MayRemove } from '../../../../shared/core/people/next-person.js';
import { NO_GRANTS, type Person } from '../../../../shared/core/people/person.js';
import { present } from '../../../../shared/core/people/present.js';
import { NO_PROFILE } from '../../../../shared/core/people/profile-after.js';
import type { FieldPolicy, Removal } from '../../../../shared/core/setup/setup.js';
import { aCatalog } from '../../../builders/catalog.js';
import { aTie, aUser, factsOf } from '../../../builders/facts.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';

const NOW = Date.parse('2026-06-01T00:00:00.000Z');
const DAY_MS = 86_400_000;
const GROUPS = ['root', 'not', 'a', 'b'] as const;

const facts: fc.Arbitrary<PersonFacts> = fc
  .record({
    presence: fc.constantFrom('live', 'live', 'softDeleted', 'absent'),
    accountEnabled: fc.boolean(),
    userType: fc.constantFrom('Member', 'Member', 'Guest'),
    displayName: fc.constantFrom('Ada', 'Ada King'),
    department: fc.constantFrom('', 'Sales', 'Legal'),
    groups: fc.subarray([...GROUPS]),
    manager: fc.constantFrom(null, 'Bob', 'Eve'),
  })
  .map(({ presence, groups, manager, ...attributes }) =>
    factsOf(presence === 'absent' ? null : aUser(attributes, { presence }), {
      groups: new Set(presence === 'absent' ? [] : groups),
      manager: manager === null ? null : aUser({ displayName: manager }, { id: manager }),
    }),
  );

const removal: fc.Arbitrary<Removal> = fc.record({
  mode: fc.constantFrom('keep', 'disable', 'delete'),
  afterDays: fc.constantFrom(0, 2),
});

const setups = fc
  .record({
    whenLeft: removal,
    whenDeleted: removal,
    policy: fc.constantFrom<FieldPolicy>('authoritative', 'neverBlank', 'fillIfEmpty'),
    update: fc.boolean(),
    create: fc.boolean(),
    includeDisabled: fc.boolean(),
  })
  .map(({ whenLeft, whenDeleted, policy, update, create, includeDisabled }) => {
    const base = aSetupDocument();
    const give = { memberships: [], organizationalUnits: ['campus'], hostsOf: ['lobby'] };
    const document = aSetupDocument({
      scope: {
        ...base.scope,
        kind: 'rootGroup',
        groupIds: ['root'],
        excludeGroupIds: ['not'],
        includeDisabled,
      },
      attributes: {
        ...base.attributes,
        fields: [{ from: 'department', to: 'department', policy, visible: true, usableInRules: true }],
      },
      grants: ['a', 'b'].map((groupId) => ({
        source: { kind: 'group', groupId },
        roles: [groupId],
        ...give,
      })),
      segments: {
        fromGroups: 'all',
        groupIds: [],
        rules: [{ id: 's', name: 'S', where: 'department = "Sales"' }],
      },
      remove: { whenLeft, whenDeleted },
      update,
      create,
    });
    return compileSetup(aSetup({ document }), aCatalog({ a: 'web' }));
  });

type Compiled = ReturnType<typeof compileSetup>;

interface Step {
  readonly facts: PersonFacts;
  readonly tie: RecordTie | null;
  readonly mayRemove: MayRemove;
  readonly isKept: boolean;
  readonly day: number;
}

const steps = fc.array(
  fc.record({
    facts,
    tie: fc.constantFrom(null, aTie(), aTie({ values: { department: 'Own' } })),
    mayRemove: fc.constantFrom<MayRemove>('yes', 'yes', 'no', 'askGuard', 'held'),
    isKept: fc.constantFrom(false, false, true),
    day: fc.nat({ max: 5 }),
  }),
  { minLength: 1, maxLength: 12 },
);

function apply(compiled: Compiled, previous: Person | null, step: Step): Person | null {
  const { facts: said, day, ...beside } = step;
  const now = new Date(NOW + day * DAY_MS).toISOString();
  const known = { directoryId: 'ada', previous, now, ...beside };
  const next = nextPerson(compiled, present(compiled, said), known);
  return next.kind === 'write' ? next.change.after : previous;
}

/** In the order of time. */
function inTime(history: readonly Step[]): readonly Step[] {
  return [...history].sort((a, b) => a.day - b.day);
}

/** What is left when a person is stripped of when things happened. */
function contentOf(person: Person | null): unknown {
  if (person === null) return null;
  const { version: _v, createdAt: _c, changedAt: _h, statusSince: _s, asOf: _a, ...content } = person;
  return content;
}

describe('people over random histories', () => {
  it('are unchanged when the same is applied twice, whatever was before', () => {
    fc.assert(
      fc.property(setups, steps, (compiled, history) => {
        let person: Person | null = null;
        for (const step of inTime(history)) {
          person = apply(compiled, person, step);
          expect(apply(compiled, person, step)).toBe(person);
        }
      }),
    );
  });

  it('hold no grant when they are out of scope and their removal was carried out', () => {
    fc.assert(
      fc.property(setups, steps, (compiled, history) => {
        let person: Person | null = null;
        for (const step of inTime(history)) {
          person = apply(compiled, person, step);
          if (person !== null && person.statusReason !== 'inScope') expect(person).toMatchObject(NO_GRANTS);
          const isOut = present(compiled, step.facts).kind === 'out';
          if (isOut && step.mayRemove === 'yes' && !step.isKept)
            expect(person?.statusReason).not.toBe('inScope');
        }
      }),
    );
  });

  it('leave nothing personal when they are removed', () => {
    fc.assert(
      fc.property(setups, steps, (compiled, history) => {
        let person: Person | null = null;
        for (const step of inTime(history)) {
          person = apply(compiled, person, step);
          if (person?.status !== 'removed') continue;
          expect(person).toMatchObject({ ...NO_PROFILE, kind: person.kind, recordError: null });
        }
      }),
    );
  });

  it('are one version further exactly when something visible differs', () => {
    fc.assert(
      fc.property(setups, steps, (compiled, history) => {
        let person: Person | null = null;
        for (const step of inTime(history)) {
          const next = apply(compiled, person, step);
          expect((next?.version ?? 0) - (person?.version ?? 0)).toBe(next === person ? 0 : 1);
          person = next;
        }
      }),
    );
  });

  it('end as the end state alone would have them, where setups create and update', () => {
    const updating = setups.map((compiled) => {
      const { attributes } = compiled.setup.document;
      // What fills a field once depends on what came first.
      const fields = attributes.fields.filter(({ policy }) => policy !== 'fillIfEmpty');
      const document = {
        ...compiled.setup.document,
        attributes: { ...attributes, fields },
        create: true,
        update: true,
      };
      return compileSetup({ ...compiled.setup, document }, aCatalog({ a: 'web' }));
    });
    fc.assert(
      fc.property(updating, steps, (compiled, history) => {
        const last = history.at(-1)!;
        const end = { ...last, day: 5, mayRemove: 'yes', isKept: false } as const;
        const before = inTime(history).reduce<Person | null>(
          (person, step) => apply(compiled, person, step),
          null,
        );
        const stepwise = apply(compiled, before, end);
        if (present(compiled, end.facts).kind === 'in') {
          expect(contentOf(stepwise)).toEqual(contentOf(apply(compiled, null, end)));
          return;
        }
        // Who is out is there only if it was in before, and days and tombstones remember when that was.
        expect(stepwise === null).toBe(before === null);
        if (stepwise === null || stepwise.status === 'removed') return;
        const shown = present(compiled, end.facts).profile;
        if (shown === null) return;
        expect(stepwise).toMatchObject({ displayName: shown.displayName, kind: shown.kind, ...NO_GRANTS });
      }),
      { numRuns: 300 },
    );
  });
});
