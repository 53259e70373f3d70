import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSetup } from '../../../../shared/core/people/compile-setup.js';
import { explain, type ExplainWith } from '../../../../shared/core/people/explain.js';
import type { Explanation } from '../../../../shared/core/people/explanation.js';
import type { PersonFacts } from '../../../../shared/core/people/facts.js';
import { inputHashOf } from '../../../../shared/core/people/input-hash.js';
import { present } from '../../../../shared/core/people/present.js';
import { aCatalog } from '../../../builders/catalog.js';
import { aTie, aUser, factsOf } from '../../../builders/facts.js';
import { aPerson } from '../../../builders/person.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';

const { scope, attributes } = aSetupDocument();
const none = { roles: [], memberships: [], hostsOf: [], organizationalUnits: [] };
const document = aSetupDocument({
  scope: { ...scope, kind: 'rootGroup', groupIds: ['root'], filter: 'country = "DK"' },
  attributes: {
    ...attributes,
    fields: [
      { from: 'jobTitle', to: 'job', policy: 'fillIfEmpty', visible: true, usableInRules: true },
      { from: 'department', to: 'team', policy: 'authoritative', visible: true, usableInRules: true },
      { from: 'country', to: 'country', policy: 'neverBlank', visible: false, usableInRules: true },
    ],
  },
  grants: [
    { source: { kind: 'group', groupId: 'a' }, ...none, roles: ['editor'], hostsOf: ['lobby'] },
    { source: { kind: 'directoryRole', directoryRole: 'admin' }, ...none, roles: ['editor'] },
    { source: { kind: 'rule', where: 'team = "Sales"' }, ...none, roles: ['seller'] },
  ],
});
const compiled = compileSetup(aSetup({ document }), aCatalog({ editor: 'web' }));
const A = { id: 'a', name: 'A' };
const [B, C] = [
  { id: 'b', name: 'B' },
  { id: 'c', name: 'C' },
];

function explained(facts: PersonFacts, over: Partial<ExplainWith> = {}): Explanation {
  const pathsOf = (groupId: string) => (groupId === 'a' ? [C, B, A] : []);
  return explain(compiled, facts, {
    person: null,
    tie: null,
    isInConflict: false,
    override: null,
    staged: null,
    tooLarge: null,
    pathsOf,
    goneGroups: [],
    ...over,
  });
}

const ada = factsOf(aUser({ country: 'DK', jobTitle: 'Chief' }), {
  groups: new Set(['root', 'a']),
  roleAssignments: new Set(['admin']),
});

describe('an explanation', () => {
  it('says of a person whose group of the scope is gone that it stays, and of anybody else that it is in none', () => {
    const out = factsOf(aUser({}), { groups: new Set() });
    const kept = explained(out, { person: aPerson(), goneGroups: ['root'] });
    expect(kept.because).toBe(
      'The group root of the scope is not in the directory any more: the person stays as it is until the group is back or is taken out of the setup.',
    );
    for (const over of [{ goneGroups: ['root'] }, { person: aPerson() }])
      expect(explained(out, over).because).toBe('The user is in no group of the scope.');
  });

  it('says of who is in scope why nobody was made of it, and gives it nothing', () => {
    expect(explained(ada, { isInConflict: true })).toMatchObject({ verdict: 'out', reason: 'conflict' });
    expect(explained(ada, { isInConflict: true }).grants.filter(({ isGiven }) => isGiven)).toMatchObject([
      { grant: { kind: 'host' } },
    ]);
    expect(explained(ada, { isInConflict: true, person: aPerson() })).toMatchObject({
      verdict: 'in',
      reason: null,
    });
  });

  it('names each source of a grant by its rule and its path', () => {
    const [role, host] = explained(ada).grants;
    expect(role).toMatchObject({
      grant: { kind: 'role', id: 'editor', module: 'web' },
      isGiven: true,
      sources: [
        { rule: 'grants[0]', kind: 'group', source: 'a', path: { text: 'member of A via B via C' } },
        { rule: 'grants[1]', kind: 'directoryRole', source: 'admin', path: null },
      ],
    });
    expect(host).toMatchObject({ grant: { kind: 'host', id: 'lobby' } });
  });

  it('tells of each field where it comes from, its policy and what the product sees', () => {
    const tie = aTie({ values: { job: 'Boss' } });
    expect(explained(ada, { tie }).fields).toMatchObject([
      { to: 'job', raw: 'Chief', recordValue: 'Boss', seen: { kind: 'leave' } },
      { to: 'team', raw: null, recordValue: null, seen: { kind: 'clear' } },
      { to: 'country', raw: 'DK', seen: { kind: 'hidden' } },
    ]);
    expect(explained(ada).fields[0]?.seen).toEqual({ kind: 'set', value: 'Chief' });
  });

  it('answers every check, also those after the one that decided', () => {
    const outside = factsOf(aUser({ accountEnabled: false }), { groups: new Set(['a']) });
    const { verdict, reason, because, checks, grants } = explained(outside);
    expect({ verdict, reason, because }).toEqual({
      verdict: 'out',
      reason: 'outsideScope',
      because: 'The user is in no group of the scope.',
    });
    const failed = checks.filter(({ result }) => result === 'failed').map(({ check }) => check);
    expect(failed).toEqual(['outsideScope', 'disabled', 'filtered']);
    expect(checks.find(({ check }) => check === 'excluded')?.result).toBe('notAsked');
    expect(grants.map(({ isGiven }) => isGiven)).toEqual([false, false]);
  });

  it('says that the mirror knows no such user, and nothing beyond', () => {
    const { reason, checks, grants, fields } = explained(factsOf(null));
    expect({ reason, checks: checks.length, grants, fields }).toEqual({
      reason: 'notInDirectory',
      checks: 1,
      grants: [],
      fields: [],
    });
  });

  it('shows match, override and removal', () => {
    const override = { decidedBy: 'op', decidedAt: '2026-06-01T00:00:00.000Z' };
    const staged = { kind: 'held', reason: 'leftScope', since: '2026-06-01T00:00:00.000Z' } as const;
    const known = { tie: aTie(), person: aPerson({ removalHeld: true }), staged };
    const holding = { ...override, inputHash: inputHashOf(compiled, ada) };
    const told = explained(ada, { ...known, override: holding });
    expect(told).toMatchObject({
      match: { recordId: 'record-1', matchedBy: 'mail' },
      person: { status: 'active', removalHeld: true },
      override: { holds: true },
      removal: staged,
    });
    const over = explained(ada, { ...known, override: { ...override, inputHash: '2.another' } });
    expect(over.override?.holds).toBe(false);
  });

  it('never says otherwise than the derivation decides', () => {
    const users = fc.record({
      accountEnabled: fc.boolean(),
      country: fc.constantFrom('DK', 'SE', ''),
      department: fc.constantFrom('Sales', ''),
      groups: fc.subarray(['root', 'a', 'x']),
      roles: fc.subarray(['admin']),
    });
    fc.assert(
      fc.property(users, ({ groups, roles, ...rest }) => {
        const facts = factsOf(aUser(rest), { groups: new Set(groups), roleAssignments: new Set(roles) });
        const presented = present(compiled, facts);
        const told = explained(facts);
        expect(told.verdict).toBe(presented.kind);
        const given = told.grants.filter(({ isGiven }) => isGiven).map(({ grant }) => grant.id);
        const { kind } = presented;
        const { grants } = kind === 'in' ? presented : { grants: { roles: [], hostsOf: presented.hostsOf } };
        expect(given).toEqual([...grants.roles.map(({ id }) => id), ...grants.hostsOf]);
      }),
    );
  });

  it('shows what a field was filled with beside what the directory has now', () => {
    const person = { ...aPerson(), status: 'active', attributes: { job: 'Clerk' } } as const;
    const jobOf = (over: Partial<ExplainWith>) => explained(ada, over).fields.find(({ to }) => to === 'job');
    expect(jobOf({ person })).toMatchObject({
      raw: 'Chief',
      seen: { kind: 'set', value: 'Clerk' },
      because:
        'The field was filled once and is kept, since it only fills what is empty. The directory has "Chief" now.',
    });
    expect(jobOf({ person: { ...person, attributes: { job: 'Chief' } } })?.because).toBe(
      'The directory has a value.',
    );
    expect(jobOf({ person, tie: aTie({ values: { job: 'Boss' } }) })?.seen).toEqual({ kind: 'leave' });
    expect(jobOf({ person: { ...person, status: 'removed' } })?.seen).toEqual({
      kind: 'set',
      value: 'Chief',
    });
  });
});
