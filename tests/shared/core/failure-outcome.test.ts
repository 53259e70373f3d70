import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, failureOutcome, refusalWords } from '../../../shared/core/failure-outcome.js';
import {
  AccessRefused,
  BadPage,
  CredentialRefused,
  CursorExpired,
  LeaseLost,
  NotFound,
  RequestRefused,
  RowTooLarge,
  Throttled,
  Unavailable,
} from '../../../shared/core/failures.js';

const retry = { firstMs: 5_000, longestMs: 900_000, attempts: 10 };
const after = (failure: unknown, attempt = 0, deliveries = 1) =>
  failureOutcome(failure, attempt, deliveries, retry, 0.5);

describe('what a failure leads to', () => {
  it('comes back no earlier than Graph asked', () => {
    expect(after(new Throttled('busy', 120_000))).toEqual({ kind: 'comeBack', delayMs: 120_000 });
    expect(after(new Throttled('busy', null))).toEqual({ kind: 'comeBack', delayMs: 3_750 });
  });

  it('gives up after ten tries without progress, and says why', () => {
    expect(after(new Unavailable('down'), 8).kind).toBe('comeBack');
    expect(after(new Unavailable('down'), 9)).toMatchObject({ kind: 'giveUp', code: 'Unavailable' });
  });

  it('parks a tenant only for a refusal that lasts', () => {
    expect(after(new AccessRefused('no', 403), 0).kind).toBe('comeBack');
    const refusal = new AccessRefused('no', 403);
    expect(after(refusal, 2)).toEqual({ kind: 'park', refusal });
    expect(after(new CredentialRefused('expired', 7000222), 2).kind).toBe('park');
  });

  it('parks a tenant for a wrong secret only once it is refused for over a minute, since it may be new', () => {
    const refusal = new CredentialRefused('wrong', 7000215);
    let waitedMs = 0;
    for (let attempt = 0; ; attempt += 1) {
      const outcome = failureOutcome(refusal, attempt, 1, retry, 0);
      if (outcome.kind !== 'comeBack') break;
      waitedMs += outcome.delayMs;
    }
    expect(waitedMs).toBeGreaterThan(60_000);
    expect(waitedMs).toBeLessThan(180_000);
  });

  it('reads everything anew where the cursor expired, from where Graph said', () => {
    expect(after(new CursorExpired('gone', 'https://graph/reset'))).toEqual({
      kind: 'restartRound',
      everything: true,
      restartLink: 'https://graph/reset',
    });
    expect(after(new CursorExpired('page', null, { scope: 'round' }))).toMatchObject({ everything: false });
  });

  it('gives up at once on what no repetition mends', () => {
    expect(after(new BadPage('https://graph/page', 'no value list')).kind).toBe('giveUp');
    expect(after(new RequestRefused('bad', 400, 'Request_BadRequest')).kind).toBe('giveUp');
    expect(after(new RowTooLarge('a row'))).toEqual({
      kind: 'giveUp',
      code: 'RowTooLarge',
      message: 'a row',
    });
  });

  it('comes back soon where the lease was lost', () => {
    expect(after(new LeaseLost('taken over'))).toEqual({ kind: 'comeBack', delayMs: 3_750 });
    expect(after(new LeaseLost('again and again'), 9).kind).toBe('giveUp');
  });

  it('lets the broker serve again what is not known', () => {
    expect(after(new TypeError('a bug'))).toEqual({ kind: 'redeliver' });
    expect(after(new TypeError('a bug'), 0, 5)).toEqual({
      kind: 'giveUp',
      code: 'Unexpected',
      message: 'a bug',
    });
  });
});

describe('why a tenant is parked', () => {
  it.each([new AccessRefused('Graph: no (request 1)', 403), new CredentialRefused('Graph: no', 7000222)])(
    "is told in our words alone: Graph's differ with every request",
    (refusal) => {
      for (const origin of ['credential', 'consent'] as const)
        expect(JSON.stringify(refusalWords(refusal, origin))).not.toContain('Graph: no');
    },
  );

  it.each([7000215, 7000222, 7000216, 7000218])(
    "by AADSTS%i is the customer's to mend only for the customer's own application",
    (code) => {
      const refusal = new CredentialRefused('no', code);
      expect(refusalWords(refusal, 'consent')).toEqual({
        reason: `The operator's own application cannot log in (AADSTS${code}).`,
        fix: 'Nothing for you to do: the operator has been told.',
      });
      expect(refusalWords(refusal, 'credential').fix).toMatch(
        /value.* It goes on at once after that \(PUT credential\)\.$/,
      );
    },
  );

  it('names the vault where the secret is not in it', () => {
    const gone = new CredentialRefused('gone', null, { cause: new NotFound('no such secret') });
    expect(refusalWords(gone, 'credential').reason).toMatch(/not in the vault any more/);
    expect(refusalWords(gone, 'consent').reason).toBe("The operator's own application cannot log in.");
  });

  it('sends whoever withdrew a consent a new link, not to the ids of an application', () => {
    const gone = new CredentialRefused('gone', 700016);
    expect(refusalWords(gone, 'consent').fix).toMatch(/new consent link/);
    expect(refusalWords(gone, 'credential').fix).toMatch(/application \(client\) id/);
  });
});

describe('the wait before the next try', () => {
  it('grows from half the first to the longest, never beyond', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, chance) => {
        const wait = backoffMs(attempt, retry, chance);
        expect(wait).toBeGreaterThanOrEqual(retry.firstMs / 2);
        expect(wait).toBeLessThanOrEqual(retry.longestMs);
        expect(backoffMs(attempt + 1, retry, chance)).toBeGreaterThanOrEqual(wait);
      }),
    );
  });
});
