import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, failureOutcome } from '../../../shared/core/failure-outcome.js';
import {
  AccessRefused,
  BadPage,
  CredentialRefused,
  CursorExpired,
  LeaseLost,
  RequestRefused,
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
    expect(after(new AccessRefused('no', 403), 2)).toMatchObject({ kind: 'park', reason: 'no' });
    expect(after(new CredentialRefused('expired', 7000222), 2).kind).toBe('park');
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
