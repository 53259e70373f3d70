import { describe, expect, it } from 'vitest';
import { compileSetup } from '../../../../shared/core/people/compile-setup.js';
import type { PersonFacts } from '../../../../shared/core/people/facts.js';
import {
  nextPerson,
  type KnownOfPerson,
  type NextPerson,
} from '../../../../shared/core/people/next-person.js';
import type { Person } from '../../../../shared/core/people/person.js';
import { present } from '../../../../shared/core/people/present.js';
import { dueForDeletion } from '../../../../shared/core/people/standing.js';
import type { FieldMapping, Removal, SetupDocument } from '../../../../shared/core/setup/setup.js';
import { aCatalog } from '../../../builders/catalog.js';
import { aTie, aUser, factsOf } from '../../../builders/facts.js';
import { aPerson } from '../../../builders/person.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';

const NOW = '2026-06-01T00:00:00.000Z';
const LATER = '2026-06-08T00:00:00.000Z';
const grants = [
  {
    source: { kind: 'group', groupId: 'g' },
    roles: ['editor'],
    memberships: [],
    hostsOf: ['lobby'],
    organizationalUnits: [],
  },
] as const;
const jobTitle = {
  from: 'jobTitle',
  to: 'job',
  policy: 'fillIfEmpty',
  visible: true,
  usableInRules: true,
} as const;
const base = aSetupDocument();
const inGroup = factsOf(aUser({ jobTitle: 'Chief' }), { groups: new Set(['g']) });
const disabled = factsOf(aUser({ accountEnabled: false, jobTitle: 'Chief' }), { groups: new Set(['g']) });
const gone = factsOf(null);

function withFields(...fields: readonly FieldMapping[]): SetupDocument['attributes'] {
  return { ...base.attributes, fields };
}

function whenLeft(mode: Removal['mode'], afterDays = 0): Partial<SetupDocument> {
  return { remove: { whenLeft: { mode, afterDays }, whenDeleted: { mode: 'disable', afterDays: 0 } } };
}

function derive(
  over: Partial<SetupDocument>,
  facts: PersonFacts,
  known: Partial<KnownOfPerson> = {},
): NextPerson {
  const attributes = withFields(jobTitle);
  const document = aSetupDocument({ grants, attributes, ...over });
  const compiled = compileSetup(aSetup({ document }), aCatalog({ editor: 'web' }));
  const beside = { previous: null, tie: null, mayRemove: 'yes', isKept: false, now: NOW } as const;
  return nextPerson(compiled, present(compiled, facts), { directoryId: 'ada', ...beside, ...known });
}

function written(next: NextPerson): Person {
  if (next.kind !== 'write') throw new Error(`It answered ${next.kind}.`);
  return next.change.after;
}

const ada = written(derive({}, inGroup));

describe('a person who is in scope', () => {
  it('is made with its profile and grants', () => {
    expect(ada).toMatchObject({
      id: 'everybody.ada',
      status: 'active',
      statusReason: 'inScope',
      attributes: { job: 'Chief' },
      roles: [{ id: 'editor', module: 'web' }],
      version: 1,
      createdAt: NOW,
      asOf: NOW,
    });
  });

  it('is not written again while nothing differs', () => {
    expect(derive({}, inGroup, { previous: ada, now: LATER })).toEqual({ kind: 'unchanged' });
  });

  it('is not made without a record where the setup makes nobody, and is taken over where a record fits', () => {
    expect(derive({ create: false }, inGroup)).toEqual({ kind: 'nobody' });
    expect(written(derive({ create: false }, inGroup, { tie: aTie() }))).toMatchObject({
      recordId: 'record-1',
      matchedBy: 'mail',
    });
  });

  it('names what changed, and counts a version', () => {
    const moved = factsOf(aUser({ jobTitle: 'Chief', displayName: 'Ada King' }));
    const next = derive({}, moved, { previous: ada, now: LATER });
    if (next.kind !== 'write') throw new Error('Nothing changed.');
    expect(next.change.changed).toEqual(['displayName', 'roles', 'hostsOf']);
    expect(next.change.after).toMatchObject({
      version: 2,
      createdAt: NOW,
      changedAt: LATER,
      statusSince: NOW,
    });
  });

  it('leaves a field alone that the record fills', () => {
    const filled = written(derive({}, inGroup, { tie: aTie({ values: { job: 'Boss' } }) }));
    expect(filled.attributes).toEqual({});
    const blank = written(derive({}, inGroup, { tie: aTie({ values: { job: ' ' } }) }));
    expect(blank.attributes).toEqual({ job: 'Chief' });
  });

  it('keeps profile and attributes where the setup does not update, and takes grants all the same', () => {
    const renamed = factsOf(aUser({ displayName: 'Ada King', jobTitle: 'Queen' }));
    const next = written(derive({ update: false }, renamed, { previous: ada }));
    expect(next).toMatchObject({ displayName: 'Ada Lovelace', attributes: { job: 'Chief' }, roles: [] });
  });

  it('shows no attribute that the setup hides now, although it does not update', () => {
    const attributes = withFields({ ...jobTitle, visible: false });
    expect(written(derive({ update: false, attributes }, inGroup, { previous: ada })).attributes).toEqual({});
  });

  it('keeps what the product refused until it is tied to a record', () => {
    const refused = written(derive({}, inGroup, { previous: ada, recordError: 'No licence' }));
    expect(refused.recordError).toBe('No licence');
    expect(derive({}, inGroup, { previous: refused })).toEqual({ kind: 'unchanged' });
    expect(written(derive({}, inGroup, { previous: refused, tie: aTie() })).recordError).toBeNull();
  });
});

describe('a person who is not in scope any more', () => {
  it.each([
    ['keep', 0, { status: 'active', deleteAfter: null }],
    ['disable', 0, { status: 'disabled', deleteAfter: null }],
    ['delete', 7, { status: 'disabled', deleteAfter: LATER }],
    ['delete', 0, { status: 'removed', deleteAfter: null }],
  ] as const)('holds no grant by %s after %i days', (mode, days, expected) => {
    const next = written(derive(whenLeft(mode, days), disabled, { previous: ada }));
    expect(next).toMatchObject({
      ...expected,
      statusReason: 'accountDisabled',
      statusSince: NOW,
      ...{ roles: [], memberships: [], hostsOf: [], organizationalUnits: [], segments: [] },
    });
    const again = derive(whenLeft(mode, days), disabled, { previous: next, now: '2026-06-02T00:00:00.000Z' });
    expect(again).toEqual({ kind: 'unchanged' });
  });

  it('is removed when its days ran out, without being judged again', () => {
    const setup = whenLeft('delete', 7);
    const waiting = written(derive(setup, disabled, { previous: ada }));
    expect(dueForDeletion(waiting, '2026-06-07T23:59:59.999Z')).toBe(false);
    expect(dueForDeletion(waiting, LATER)).toBe(true);
    const known = { previous: waiting, mayRemove: 'askGuard', now: LATER } as const;
    expect(written(derive(setup, disabled, known)).status).toBe('removed');
  });

  it('leaves a tombstone with the id of its record and nothing personal', () => {
    const tied = written(derive({}, inGroup, { previous: ada, tie: aTie() }));
    const stone = written(derive(whenLeft('delete'), disabled, { previous: tied }));
    expect(stone).toMatchObject({ recordId: 'record-1', attributes: {}, manager: null, status: 'removed' });
    expect(JSON.stringify(stone)).not.toMatch(/lovelace|contoso|chief/i);
    expect(derive({}, gone, { previous: stone })).toEqual({ kind: 'unchanged' });
  });

  it.each(['keep', 'disable', 'delete'] as const)("shows no record that is somebody else's by %s", (mode) => {
    const tied = written(derive({}, inGroup, { previous: ada, tie: aTie() }));
    const known = { previous: tied, hasLostRecord: true } as const;
    const left = written(derive(whenLeft(mode), disabled, known));
    expect(left).toMatchObject({ recordId: null, matchedBy: null });
    const held = written(derive(whenLeft('delete'), disabled, { ...known, mayRemove: 'held' }));
    expect(held).toMatchObject({ recordId: null, removalHeld: true });
  });

  it.each(['disable', 'delete'] as const)('returns after %s with its id and tie', (mode) => {
    const tied = written(derive({}, inGroup, { previous: ada, tie: aTie() }));
    const left = written(derive(whenLeft(mode), disabled, { previous: tied, tie: aTie() }));
    const back = written(derive(whenLeft(mode), inGroup, { previous: left, tie: aTie(), now: LATER }));
    const { version, changedAt, asOf, statusSince } = back;
    expect(back).toEqual({ ...tied, version, changedAt, asOf, statusSince });
    expect({ version, statusSince }).toEqual({ version: tied.version + 2, statusSince: LATER });
  });

  it('keeps what was known of a user whom the mirror forgot, and its tie', () => {
    const tied = written(derive({}, inGroup, { previous: ada, tie: aTie() }));
    const next = written(derive(whenLeft('keep'), gone, { previous: tied }));
    expect(next).toMatchObject({
      status: 'disabled',
      statusReason: 'deletedInDirectory',
      displayName: 'Ada Lovelace',
      recordId: 'record-1',
    });
  });

  it('is not made active by a rule that keeps, if it was disabled before', () => {
    const left = written(derive(whenLeft('disable'), disabled, { previous: ada }));
    expect(derive(whenLeft('keep'), disabled, { previous: left })).toEqual({ kind: 'unchanged' });
  });
});

describe('a removal that the guard has a say in', () => {
  it('is staged by its reason, in every mode', () => {
    for (const mode of ['keep', 'disable', 'delete'] as const)
      expect(derive(whenLeft(mode), disabled, { previous: ada, mayRemove: 'askGuard' })).toEqual({
        kind: 'stageRemoval',
        reason: 'accountDisabled',
      });
  });

  it('does not happen while the setup is not read completely', () => {
    expect(derive({}, gone, { previous: ada, mayRemove: 'no' })).toEqual({ kind: 'unchanged' });
  });

  it('leaves who is held as it is, with its grants, and frees who comes back', () => {
    const held = written(derive({}, disabled, { previous: ada, mayRemove: 'held' }));
    expect(held).toMatchObject({ removalHeld: true, status: 'active', roles: ada.roles });
    expect(derive({}, disabled, { previous: held, mayRemove: 'held' })).toEqual({ kind: 'unchanged' });
    expect(written(derive({}, inGroup, { previous: held, mayRemove: 'held' })).removalHeld).toBe(false);
  });

  it('does not reach whom an operator keeps', () => {
    const held = written(derive({}, disabled, { previous: ada, mayRemove: 'held' }));
    const kept = written(derive({}, disabled, { previous: held, isKept: true }));
    expect(kept).toMatchObject({ removalHeld: false, status: 'active', roles: ada.roles });
    expect(derive({}, disabled, { previous: kept, isKept: true })).toEqual({ kind: 'unchanged' });
  });

  it('is also a deletion at once of who was only disabled before', () => {
    const left = aPerson({ status: 'disabled', statusReason: 'leftScope' });
    const known = { previous: left, mayRemove: 'askGuard' } as const;
    expect(derive(whenLeft('delete', 7), disabled, known)).toMatchObject({ kind: 'stageRemoval' });
  });
});
