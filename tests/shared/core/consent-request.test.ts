import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUNDLES } from '../../../shared/core/bundle.js';
import {
  isExpired,
  newConsentRequest,
  nextBundle,
  progressOf,
  sentOut,
  signInBegun,
  signInTakenBack,
  STATE_MS,
  takenBack,
  withProgress,
  type ConsentRequest,
} from '../../../shared/core/consent-request.js';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const TENANT = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-22222222abcd';
const consented = { kind: 'consented', tenantId: TENANT } as const;

function aRequest(over: Partial<ConsentRequest> = {}): ConsentRequest {
  const bundles = ['directory', 'near-real-time', 'directory'] as const;
  const expiresAtMs = NOW + 24 * 3_600_000;
  const who = { tenantId: TENANT, requestId: 'r', cloud: 'global', askedBy: 'Ada', customer: null } as const;
  return { ...newConsentRequest({ ...who, bundles, expiresAtMs }, NOW), ...over };
}

const sent = sentOut(aRequest(), 'directory', { stateHash: 's1', clientId: 'app' }, NOW);

describe('a request for consent', () => {
  it('asks for each bundle once, in order', () => {
    expect(aRequest().asks.map(({ bundle }) => bundle)).toEqual(['directory', 'near-real-time']);
    expect(nextBundle(aRequest(), NOW, null)).toBe('directory');
  });

  it('expires at its time', () => {
    expect(isExpired(aRequest(), NOW + 24 * 3_600_000 - 1)).toBe(false);
    expect(isExpired(aRequest(), NOW + 24 * 3_600_000)).toBe(true);
  });

  it('tries users and groups again before anything else, since nothing is read without them', () => {
    const refused = takenBack(sent, 's1', { kind: 'declined', reason: 'no', fix: 'yes' }, NOW);
    expect(refused).toMatchObject({ kind: 'declined', bundles: ['directory'] });
    const after = (refused as { request: ConsentRequest }).request;
    expect(nextBundle(after, NOW, null)).toBe('directory');
    const other = withProgress(after, 'near-real-time', { kind: 'granted', at: 't' });
    expect(nextBundle(other, NOW, null)).toBe('directory');
    const granted = withProgress(after, 'directory', { kind: 'granted', at: 't' });
    expect(nextBundle(granted, NOW, null)).toBe('near-real-time');
    expect(nextBundle(withProgress(other, 'directory', { kind: 'granted', at: 't' }), NOW, null)).toBeNull();
  });

  it('goes on with what was never asked before it tries again what was refused and may be done without', () => {
    const bundles = ['directory', 'near-real-time', 'contacts'] as const;
    const who = {
      tenantId: TENANT,
      requestId: 'r',
      cloud: 'global',
      askedBy: 'Ada',
      customer: null,
    } as const;
    const three = newConsentRequest({ ...who, bundles, expiresAtMs: NOW + 1 }, NOW);
    const read = withProgress(three, 'directory', { kind: 'granted', at: 't' });
    const no = withProgress(read, 'near-real-time', { kind: 'refused', at: 't', reason: 'no', fix: 'yes' });
    expect(nextBundle(no, NOW, null)).toBe('contacts');
    expect(nextBundle(withProgress(no, 'contacts', { kind: 'granted', at: 't' }), NOW, null)).toBe(
      'near-real-time',
    );
  });

  it('asks again for a bundle whose proof was lost', () => {
    const since = new Date(NOW).toISOString();
    const proving = { kind: 'proving', clientId: 'app', since, waitingFor: null } as const;
    const both = withProgress(withProgress(aRequest(), 'directory', proving), 'near-real-time', proving);
    expect(nextBundle(both, NOW + 30 * 60_000 - 1, null)).toBeNull();
    expect(nextBundle(both, NOW + 30 * 60_000, null)).toBe('directory');
  });

  it('asks anew for what was granted before reading was refused, and not for what was granted since', () => {
    const granted = { kind: 'granted', at: '2026-05-01T10:00:00.000Z' } as const;
    const later = { kind: 'granted', at: '2026-05-01T11:00:00.000Z' } as const;
    const both = withProgress(withProgress(aRequest(), 'directory', later), 'near-real-time', granted);
    expect(nextBundle(both, NOW, null)).toBeNull();
    expect(nextBundle(both, NOW, '2026-05-01T09:00:00.000Z')).toBeNull();
    expect(nextBundle(both, NOW, '2026-05-01T10:30:00.000Z')).toBe('near-real-time');
    expect(nextBundle(both, NOW, '2026-05-01T11:30:00.000Z')).toBe('directory');
  });

  it('is only being proven once the administrator is back, and remembers the application', () => {
    const back = takenBack(sent, 's1', { kind: 'consented', tenantId: TENANT.toUpperCase() }, NOW);
    expect(back).toMatchObject({ kind: 'taken', bundles: ['directory'], clientId: 'app' });
    expect(progressOf((back as { request: ConsentRequest }).request, 'directory')).toEqual({
      kind: 'proving',
      clientId: 'app',
      since: new Date(NOW).toISOString(),
      waitingFor: null,
    });
  });

  it.each([
    ['a state never made', 's2', consented, NOW, 'unknownState'],
    ['one that comes too late', 's1', consented, NOW + STATE_MS, 'expiredState'],
    [
      'an error that comes too late',
      's1',
      { kind: 'declined', reason: '', fix: '' },
      NOW + STATE_MS,
      'expiredState',
    ],
  ] as const)('refuses %s', (_, state, answer, at, kind) => {
    expect(takenBack(sent, state, answer, at)).toEqual({ kind });
  });

  it.each([
    [
      OTHER.toUpperCase(),
      `The consent was given in another directory (${OTHER}) than the one that was asked (${TENANT}).`,
    ],
    ['<b>other</b>', `The sign-in page named no directory, and so not the one that was asked (${TENANT}).`],
    [null, `The sign-in page named no directory, and so not the one that was asked (${TENANT}).`],
  ])('uses up a state that comes back from %s, and says which directory was asked', (tenantId, reason) => {
    const foreign = takenBack(sent, 's1', { kind: 'consented', tenantId }, NOW);
    expect(foreign).toMatchObject({ kind: 'foreignTenant', reason });
    const after = (foreign as { request: ConsentRequest }).request;
    expect(progressOf(after, 'directory')).toMatchObject({ kind: 'refused', reason });
    expect(takenBack(after, 's1', consented, NOW)).toEqual({ kind: 'unknownState' });
    expect(
      takenBack(sentOut(after, 'directory', { stateHash: 's2', clientId: 'app' }, NOW), 's2', consented, NOW)
        .kind,
    ).toBe('taken');
  });

  it('takes a state until the last millisecond', () => {
    expect(takenBack(sent, 's1', consented, NOW + STATE_MS - 1).kind).toBe('taken');
  });

  it('forgets a state when another is sent out for the same bundle', () => {
    const again = sentOut(sent, 'directory', { stateHash: 's2', clientId: 'app' }, NOW);
    expect(takenBack(again, 's1', consented, NOW).kind).toBe('unknownState');
    expect(takenBack(again, 's2', consented, NOW).kind).toBe('taken');
  });

  it('takes every state at most once, whatever comes in which order', () => {
    const answers = {
      consented,
      declined: { kind: 'declined', reason: '', fix: '' },
      foreign: { kind: 'consented', tenantId: OTHER },
    } as const;
    const step = fc.record({
      bundle: fc.constantFrom(...BUNDLES.slice(0, 2)),
      state: fc.integer({ min: 0, max: 4 }).map(String),
      back: fc.boolean(),
      how: fc.constantFrom('consented' as const, 'declined' as const, 'foreign' as const),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let request = aRequest();
        let made = 0;
        const taken: string[] = [];
        for (const { bundle, state, back, how } of steps) {
          if (!back) {
            request = sentOut(request, bundle, { stateHash: String(made++), clientId: 'app' }, NOW);
            continue;
          }
          const answer = answers[how];
          const outcome = takenBack(request, state, answer, NOW);
          if (!('request' in outcome)) continue;
          taken.push(state);
          request = outcome.request;
        }
        expect(new Set(taken).size).toBe(taken.length);
        expect(taken.every((state) => Number(state) < made)).toBe(true);
      }),
    );
  });
});

describe('a sign-in that tells the tenant', () => {
  const begun = signInBegun(aRequest(), { stateHash: 's', nonceHash: 'n' }, NOW);

  it('is taken once and in time', () => {
    const taken = signInTakenBack(begun, 's', NOW + STATE_MS - 1);
    expect(taken).toMatchObject({ kind: 'taken', nonceHash: 'n' });
    expect(signInTakenBack((taken as { request: ConsentRequest }).request, 's', NOW).kind).toBe(
      'unknownState',
    );
    expect(signInTakenBack(begun, 'other', NOW).kind).toBe('unknownState');
    expect(signInTakenBack(begun, 's', NOW + STATE_MS).kind).toBe('expiredState');
  });
});
