import { describe, expect, it } from 'vitest';
import { issuesOf, shownState } from '../../../../shared/core/issues/issues-of.js';
import type { TenantHealth } from '../../../../shared/core/issues/tenant-health.js';
import { ISSUE_CODES, severityOf } from '../../../../shared/core/issues/tenant-issue.js';
import type { Tenant } from '../../../../shared/core/tenant.js';
import type { TenantState } from '../../../../shared/core/tenant-state.js';
import { aTenant, credentialReference, healthOf } from '../../../builders/tenant.js';

const NOW = Date.parse('2026-05-04T10:00:00Z');
const EARLIER = '2026-05-01T00:00:00.000Z';
const LATER = '2026-05-03T00:00:00.000Z';
const SECRET = { secretName: 'graph-abc', secretVersion: 'version-1' };
const PARKED: TenantState = {
  ...{ kind: 'parked', since: EARLIER, before: 'running' },
  ...{ reason: 'Refused.', fix: 'Consent.' },
};

const EVERYTHING: Partial<TenantHealth> = {
  secret: { ...SECRET, expiresOn: '2026-05-20T00:00:00.000Z', refusedAt: null },
  failing: [{ part: 'work', since: LATER, failure: 'BadPage', runId: 'run-1', lastRound: null }],
  held: [{ setupId: 'desk', designation: 'Front desk', count: 30, since: LATER }],
  deadLetters: { count: 2, since: LATER },
  attention: [{ setupId: 'desk', designation: 'Front desk', count: 1, since: LATER, first: 'Gone.' }],
  noSubscriptions: { obstacle: { kind: 'quota' }, since: LATER },
  silent: { resources: ['users'], since: LATER },
};

const codes = (tenant: Tenant): string[] => issuesOf(tenant, NOW).map(({ code }) => code);
const having = (found: Partial<TenantHealth>, state: TenantState = { kind: 'running', since: EARLIER }) =>
  aTenant({ state, health: healthOf(found) });

describe('the issues of a tenant', () => {
  it('are none if nothing was found', () => {
    expect(issuesOf(aTenant(), NOW)).toEqual([]);
  });

  it('are everything that was found, in the order to deal with it', () => {
    const found = codes(having(EVERYTHING));
    expect(found).toEqual(ISSUE_CODES.filter((code) => found.includes(code)));
    expect(found).toHaveLength(7);
  });

  it('are beside its parking all but those of changes, which nobody announces to a parked tenant', () => {
    const changes = ['noSubscriptions', 'notificationsSilent'];
    const running = codes(having(EVERYTHING)).filter((code) => !changes.includes(code));
    expect(codes(having(EVERYTHING, PARKED))).toEqual(['parked', ...running]);
    expect(codes(having(EVERYTHING, { kind: 'connected', since: EARLIER }))).toEqual(running);
  });

  it('are none of a tenant that is being disconnected', () => {
    expect(codes(having(EVERYTHING, { kind: 'disconnecting', since: EARLIER }))).toEqual([]);
  });

  it('say of a secret that the login service refused when it first did, if nobody named a date', () => {
    const refused = having({ secret: { ...SECRET, expiresOn: null, refusedAt: LATER } });
    expect(issuesOf(refused, NOW)).toEqual([{ code: 'secretExpired', since: LATER, refused: true }]);
  });

  it.each([
    ['an earlier date that was named', EARLIER, EARLIER],
    ['the refusal rather than a later date', '2027-01-01T00:00:00.000Z', LATER],
  ])('say of a refused secret %s', (_, expiresOn, since) => {
    const refused = having({ secret: { ...SECRET, expiresOn, refusedAt: LATER } });
    expect(issuesOf(refused, NOW)).toEqual([{ code: 'secretExpired', since, refused: true }]);
  });

  it('say nothing of a secret that was replaced since it was recorded', () => {
    const health = healthOf({ secret: { ...SECRET, expiresOn: EARLIER, refusedAt: LATER } });
    expect(codes(aTenant({ health }))).toEqual(['secretExpired']);
    const credential = credentialReference({ secretVersion: 'version-2' });
    expect(codes(aTenant({ health, credential }))).toEqual([]);
    expect(codes(aTenant({ health, credential: null }))).toEqual([]);
  });

  it('are those that an older version stored as sentences, until the same is found', () => {
    const told = { reason: 'It ends.', fix: 'Make one.' };
    const old = { code: 'secretExpiring', since: EARLIER, told } as const;
    expect(issuesOf(having({ told: [old] }), NOW)).toEqual([old]);
    const secret = { ...SECRET, expiresOn: EARLIER, refusedAt: null };
    expect(codes(having({ told: [old], secret }))).toEqual(['secretExpired']);
  });

  it('are errors if the directory is not read, or not to the end, and warnings otherwise', () => {
    const found = issuesOf(having({ ...EVERYTHING, secret: null }, PARKED), NOW);
    const errors = found.filter((issue) => severityOf(issue) === 'error').map(({ code }) => code);
    expect(errors).toEqual(['parked', 'runsFailing']);
    for (const [refusedAt, severity] of [
      [LATER, 'error'],
      [null, 'warning'],
    ] as const) {
      const [issue] = issuesOf(having({ secret: { ...SECRET, expiresOn: EARLIER, refusedAt } }), NOW);
      expect(severityOf(issue!)).toBe(severity);
    }
  });
});

describe('the state of a tenant, as it is shown', () => {
  it.each(['connected', 'running'] as const)('is attention if it is %s and has an issue', (kind) => {
    const state = { kind, since: EARLIER };
    expect(shownState(having({}, state), NOW)).toEqual(state);
    const held = having({ held: EVERYTHING.held!, deadLetters: EVERYTHING.deadLetters! }, state);
    expect(shownState(held, NOW)).toEqual({ kind: 'attention', since: LATER });
  });

  it('never began before the tenant came to where it stands', () => {
    const state = { kind: 'running', since: LATER } as const;
    const health = { deadLetters: { count: 1, since: EARLIER } };
    expect(shownState(having(health, state), NOW)).toEqual({ kind: 'attention', since: LATER });
  });

  it('is otherwise its own, whatever its issues are', () => {
    for (const kind of ['awaitingConsent', 'disconnecting'] as const)
      expect(shownState(having(EVERYTHING, { kind, since: EARLIER }), NOW).kind).toBe(kind);
    expect(shownState(having(EVERYTHING, PARKED), NOW)).toEqual({ kind: 'parked', since: EARLIER });
  });
});
