import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fittingPerson } from '../../../../shared/core/people/fitting-person.js';
import { nextPerson, type KnownOfPerson } from '../../../../shared/core/people/next-person.js';
import { compileSetup } from '../../../../shared/core/people/compile-setup.js';
import { tooLargeOf } from '../../../../shared/core/people/person-size.js';
import { NO_GRANTS, type Person, type PersonGrants } from '../../../../shared/core/people/person.js';
import type { Presented } from '../../../../shared/core/people/presented.js';
import { NO_PROFILE } from '../../../../shared/core/people/profile-after.js';
import { aCatalog } from '../../../builders/catalog.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';

const field = (to: string) =>
  ({ from: to, to, policy: 'authoritative', visible: true, usableInRules: false }) as const;
const compiled = compileSetup(
  aSetup({
    document: aSetupDocument({
      attributes: { ...aSetupDocument().attributes, fields: [field('department'), field('city')] },
    }),
  }),
  aCatalog(),
);

const [SHORT, LONG] = [(name: string) => name, (name: string) => name.repeat(200_000)];
const UNITS = ['north', 'south', 'east', 'west'];
const MANY = Array.from({ length: 4_000 }, (_, n) => `unit-${n}-${'x'.repeat(60)}`);

function inScope(name: string, about: string | null, units: readonly string[]): Presented {
  return {
    kind: 'in',
    profile: {
      ...NO_PROFILE,
      accountEnabled: true,
      displayName: name,
      attributes: { department: about, city: 'Lund' },
    },
    grants: { ...NO_GRANTS, organizationalUnits: units },
  };
}

const left: Presented = {
  kind: 'out',
  reason: 'outsideScope',
  hostsOf: [],
  profile: { ...NO_PROFILE, displayName: LONG('n') },
};

function known(previous: Person | null, over: Partial<KnownOfPerson> = {}): KnownOfPerson {
  return {
    directoryId: 'ada',
    previous,
    tie: null,
    mayRemove: 'yes',
    isKept: false,
    now: '2026-03-01T00:00:00.000Z',
    ...over,
  };
}

function after(presented: Presented, previous: Person | null): Person | null {
  const { next } = fittingPerson(compiled, presented, known(previous));
  return next.kind === 'write' ? next.change.after : previous;
}

/** What the person that these presentations lead to, one after the other. */
function lived(...lives: readonly Presented[]): Person | null {
  return lives.reduce<Person | null>((previous, presented) => after(presented, previous), null);
}

describe('a person who is larger than its rows', () => {
  it('does not come', () => {
    const fitting = fittingPerson(compiled, inScope(LONG('n'), null, []), known(null));
    expect(fitting.next).toEqual({ kind: 'nobody' });
    expect(fitting.tooLarge).toEqual({ what: 'displayName', bytes: 400_004 });
  });

  it('stays a tombstone', () => {
    const tombstone = { ...(lived(inScope('Ada', null, [])) as Person), status: 'removed' } as const;
    expect(fittingPerson(compiled, inScope(LONG('n'), null, []), known(tombstone)).next.kind).toBe(
      'unchanged',
    );
  });

  it('keeps its values, and gets and loses what it is given', () => {
    const person = lived(inScope('Ada', 'a', ['north', 'south']), inScope(LONG('n'), 'b', ['east', 'north']));
    expect(person).toMatchObject({
      displayName: 'Ada',
      attributes: { department: 'a' },
      organizationalUnits: ['east', 'north'],
    });
  });

  it('follows whether its account is enabled', () => {
    const presented = inScope(LONG('n'), null, []);
    const disabled = {
      ...presented,
      profile: { ...NO_PROFILE, displayName: LONG('n'), accountEnabled: false },
    } as Presented;
    expect(lived(inScope('Ada', null, []), disabled)).toMatchObject({
      displayName: 'Ada',
      accountEnabled: false,
    });
  });

  it('keeps of what it was given what it is still given, where that is too much', () => {
    const person = lived(
      inScope('Ada', 'a', ['north', 'south']),
      inScope('Ada Lovelace', 'b', [...MANY, 'north']),
    );
    expect(person).toMatchObject({ displayName: 'Ada Lovelace', organizationalUnits: ['north'] });
  });

  it('names the largest property: a value, a list of what it is given, or its segments', () => {
    const whatOf = (presented: Presented): string | undefined =>
      fittingPerson(compiled, presented, known(null)).tooLarge?.what;
    expect(whatOf(inScope('Ada', LONG('a'), UNITS))).toBe('attributes.department');
    expect(whatOf(inScope('Ada', 'a', MANY))).toBe('organizationalUnits');
    const segments = Array.from({ length: 20_000 }, (_, n) => `group:${n}-${'x'.repeat(30)}`);
    const given = { ...inScope('Ada', 'a', []), grants: { ...NO_GRANTS, segments } } as Presented;
    expect(whatOf(given)).toBe('segments');
  });

  it('is removed where it left, and keeps no more than it had', () => {
    expect(lived(inScope('Ada', 'a', ['north']), left)).toMatchObject({
      status: 'disabled',
      statusReason: 'leftScope',
      displayName: 'Ada',
      organizationalUnits: [],
    });
  });

  it('comes right once it is small again', () => {
    const small = inScope('Ada Lovelace', 'b', ['west']);
    const person = lived(inScope('Ada', 'a', ['north']), inScope(LONG('n'), LONG('a'), MANY), small);
    expect(person).toMatchObject({ displayName: 'Ada Lovelace', organizationalUnits: ['west'] });
  });

  it('always fits, has nothing that it is not given, and ends as the last that fits says', () => {
    const text = fc.constantFrom(SHORT, LONG).chain((size) => fc.constantFrom('a', 'b').map(size));
    const units = fc.oneof(
      fc.subarray(UNITS),
      fc.subarray(UNITS).map((some) => [...MANY, ...some].sort()),
    );
    const life = fc.tuple(text, fc.option(text), units).map((values) => inScope(...values));
    const lives = fc.array(fc.oneof({ weight: 4, arbitrary: life }, fc.constant(left)), { maxLength: 6 });
    const property = fc.property(lives, (all) => {
      let previous: Person | null = null;
      for (const presented of all) {
        const { next, tooLarge }: ReturnType<typeof fittingPerson> = fittingPerson(
          compiled,
          presented,
          known(previous),
        );
        const person: Person | null = next.kind === 'write' ? next.change.after : previous;
        if (person !== null) {
          expect(tooLargeOf(person)).toBeNull();
          expect(fittingPerson(compiled, presented, known(person)).next.kind).toBe('unchanged');
          const given: PersonGrants = presented.kind === 'in' ? presented.grants : NO_GRANTS;
          expect(given.organizationalUnits).toEqual(expect.arrayContaining([...person.organizationalUnits]));
          expect(person.status).toBe(presented.kind === 'in' ? 'active' : 'disabled');
        }
        if (tooLarge === null) expect(next).toEqual(nextPerson(compiled, presented, known(previous)));
        previous = person;
      }
    });
    fc.assert(property, { numRuns: 40 });
  });
});
