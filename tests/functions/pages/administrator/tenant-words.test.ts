import { describe, expect, it } from 'vitest';
import { tenantWords } from '../../../../functions/pages/administrator/tenant-words.js';
import { withoutApiCalls } from '../../../../functions/pages/without-api-calls.js';
import type { LinkPurpose } from '../../../../shared/core/admin-link.js';
import type { Tenant } from '../../../../shared/core/tenant.js';
import { aTenant, credentialReference } from '../../../builders/tenant.js';

const NOW = Date.parse('2026-05-04T10:00:00Z');
const since = '2026-05-01T00:00:00.000Z';

function words(over: Partial<Tenant>, purposes: readonly LinkPurpose[] = ['connect', 'credential']) {
  return tenantWords(aTenant(over), purposes, NOW);
}

describe('what an administrator is told', () => {
  it.each([
    [['connect', 'credential'], 'To connect it, give consent, or enter a client secret of an application'],
    [['connect'], 'To connect it, give consent.'],
    [['credential'], 'To connect it, enter a client secret of an application of your own.'],
  ] as const)('of a directory that is not connected is what the link allows: %j', (purposes, next) => {
    const told = words({ state: { kind: 'awaitingConsent', since } }, purposes);
    expect(told.tone).toBe('neutral');
    expect(told.next).toContain(next);
  });

  it('of one that is parked is why, and what mends it, without calls of the API', () => {
    const fix = 'Make a new secret and enter it (PUT credential).';
    const state = { kind: 'parked', since, reason: 'The secret is wrong', fix, before: 'running' } as const;
    expect(words({ state })).toEqual({
      tone: 'bad',
      standing: 'Reading has stopped. The secret is wrong.',
      next: 'Make a new secret and enter it.',
    });
  });

  it('of one whose consent is gone is to give it, and not to send anybody a link', () => {
    const fix = 'Send the administrator a new consent link (POST consent).';
    const state = { kind: 'parked', since, reason: 'It is gone.', fix, before: 'running' } as const;
    const { next } = words({ state });
    expect(next).toBe('Give consent as Global or Privileged Role Administrator, and follow it to its end.');
  });

  it('of one that needs attention before its first run is that nothing is read yet', () => {
    const matters = [{ code: 'secretExpiring', reason: 'It ends soon', fix: 'Make a new one.' }] as const;
    const told = words({ state: { kind: 'attention', since, matters, before: 'connected' } });
    expect(told.standing).toMatch(/Nothing is read until/);
    expect(told.standing).not.toContain('kept up to date');
    expect(told.next).toBe('It ends soon. Make a new one.');
  });

  it('of one that needs attention is the first matter', () => {
    const matters = [{ code: 'secretExpiring', reason: 'It ends soon', fix: 'Make a new one.' }] as const;
    expect(words({ state: { kind: 'attention', since, matters } })).toMatchObject({
      tone: 'bad',
      next: 'It ends soon. Make a new one.',
    });
  });

  it.each([
    ['2026-05-01T00:00:00.000Z', 'bad', 'expired on 2026-05-01'],
    ['2026-06-01T00:00:00.000Z', 'neutral', 'expires on 2026-06-01'],
    ['2027-06-01T00:00:00.000Z', 'good', 'nothing for you to do'],
    [null, 'good', 'nothing for you to do'],
  ])('of a secret that ends on %s is %s', (expiresOn, tone, next) => {
    for (const kind of ['connected', 'running'] as const) {
      const told = words({ state: { kind, since }, credential: credentialReference({ expiresOn }) });
      expect(told.tone).toBe(tone);
      expect(told.next).toContain(next);
    }
  });

  it('names no call of the API, and keeps other brackets', () => {
    expect(
      withoutApiCalls('Wrong (AADSTS7000215): send it (POST consent), or enter it (PUT credential).'),
    ).toBe('Wrong (AADSTS7000215): send it, or enter it.');
  });
});
