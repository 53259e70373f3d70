import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { repeated, type RepetitionTime } from '../../../../shared/adapters/http/repeated.js';

/** A time that passes only as attempts and waits let it. */
class PassingTime implements RepetitionTime {
  now = 0;
  readonly limits: number[] = [];

  constructor(
    private readonly chance = 0.5,
    /** By how much later than asked a wait ends. */
    private readonly lateMs = 0,
  ) {}

  monotonic(): number {
    return this.now;
  }

  async wait(milliseconds: number): Promise<void> {
    this.now += milliseconds + this.lateMs;
  }

  limit(milliseconds: number): AbortSignal {
    this.limits.push(milliseconds);
    return new AbortController().signal;
  }

  fraction(): number {
    return this.chance;
  }
}

const fault = new Error('passing');
const rules = { deadlineMs: 10_000, waitAfter: () => 0, repeatsUnanswered: true };

describe('a repeated request', () => {
  it('is sent again until it succeeds', async () => {
    const time = new PassingTime();
    let attempts = 0;
    const answer = await repeated(
      async () => {
        attempts += 1;
        if (attempts < 4) throw fault;
        return attempts;
      },
      rules,
      time,
    );
    expect(answer).toBe(4);
    expect(time.now).toBeLessThan(1_000);
  });

  it('is sent six times at most, and fails as the last attempt did', async () => {
    let attempts = 0;
    const failing = repeated(
      async () => {
        throw new Error(`attempt ${(attempts += 1)}`);
      },
      rules,
      new PassingTime(),
    );
    await expect(failing).rejects.toThrow('attempt 6');
  });

  it('is not sent again after a failure that is final', async () => {
    let attempts = 0;
    const failing = repeated(
      async () => {
        attempts += 1;
        throw fault;
      },
      { ...rules, waitAfter: () => null },
      new PassingTime(),
    );
    await expect(failing).rejects.toBe(fault);
    expect(attempts).toBe(1);
  });

  it('waits as long as the service asked, unless that is past the deadline', async () => {
    const time = new PassingTime();
    const attemptsAt: number[] = [];
    const failing = repeated(
      async () => {
        attemptsAt.push(time.now);
        throw fault;
      },
      { ...rules, waitAfter: () => 4_000 },
      time,
    );
    await expect(failing).rejects.toBe(fault);
    expect(attemptsAt).toEqual([0, 4_000, 8_000]);
  });

  it('leaves a third of its time for another attempt if the first one gets no answer', async () => {
    const time = new PassingTime();
    const attempt = async (): Promise<string> => {
      if (time.limits.length > 1) return 'answer';
      time.now += time.limits[0] ?? 0;
      throw fault;
    };
    expect(await repeated(attempt, rules, time)).toBe('answer');
    expect(time.now).toBeLessThan(7_000);
  });

  it('never begins an attempt past its deadline, nor lets one last longer, whatever happens', async () => {
    const attempt = fc.record({ lasts: fc.nat(15_000), asks: fc.nat(5_000), succeeds: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(attempt, { minLength: 1 }),
        fc.integer({ min: 1, max: 12_000 }),
        fc.boolean(),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(3_000),
        async (attempts, deadlineMs, repeatsUnanswered, chance, lateMs) => {
          const time = new PassingTime(chance, lateMs);
          const planned = [...attempts];
          let asks = 0;
          const outcome = await repeated(
            async () => {
              const begun = time.now;
              const limit = time.limits.at(-1) ?? Number.NaN;
              expect(begun).toBeLessThan(deadlineMs);
              expect(begun + limit).toBeLessThanOrEqual(deadlineMs);
              const next = planned.shift() ?? { lasts: 0, asks: 0, succeeds: true };
              asks = next.asks;
              time.now += Math.min(next.lasts, limit);
              if (!next.succeeds || next.lasts >= limit) throw fault;
            },
            { deadlineMs, repeatsUnanswered, waitAfter: () => asks },
            time,
          ).catch((failure: unknown) => failure);
          expect([undefined, fault]).toContain(outcome);
        },
      ),
    );
  });
});
