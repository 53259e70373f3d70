import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  foundChanges,
  heard,
  isNews,
  judgeHearing,
  NOTHING_HEARD,
  type Hearing,
} from '../../../shared/core/hearing.js';

const MINUTE = 60_000;
const START = Date.parse('2026-03-10T12:00:00Z');
const at = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString();
const judge = (hearing: Hearing, minutes: number): string => judgeHearing(hearing, START + minutes * MINUTE);
const found = (hearing: Hearing, since: number, now: number): Hearing =>
  foundChanges(hearing, { since: at(since), at: at(now) });

describe('hearing', () => {
  it('is fine where nothing was ever found, and where nothing was ever heard', () => {
    expect(judge(NOTHING_HEARD, 10_000)).toBe('fine');
  });

  it('becomes doubtful once what a poll found was not announced within ten minutes', () => {
    const hearing = found(NOTHING_HEARD, 0, 240);
    expect(judge(hearing, 249)).toBe('fine');
    expect(judge(hearing, 250)).toBe('doubtful');
  });

  it('is fine again a day after a single find that nothing followed', () => {
    const hearing = found(NOTHING_HEARD, 0, 240);
    expect(judge(hearing, 240 + 24 * 60 - 1)).toBe('doubtful');
    expect(judge(hearing, 240 + 24 * 60)).toBe('fine');
  });

  it('has gone silent with the second find, and stays so however long nothing happens', () => {
    const hearing = found(found(NOTHING_HEARD, 0, 240), 240, 255);
    expect(judge(hearing, 264)).toBe('doubtful');
    expect(judge(hearing, 265)).toBe('silent');
    expect(judge(hearing, 100_000)).toBe('silent');
    const third = found(hearing, 255, 270);
    expect(judge(third, 271)).toBe('silent');
  });

  it('counts what rounds find in quick succession once', () => {
    let hearing = NOTHING_HEARD;
    for (const minute of [240, 241, 242, 243]) hearing = found(hearing, 0, minute);
    expect(hearing.unannounced?.finds).toBe(1);
    expect(judge(hearing, 260)).toBe('doubtful');
  });

  it('doubts nothing that was announced, though up to ten minutes before it could be read', () => {
    const hearing = heard(NOTHING_HEARD, at(0));
    expect(found(hearing, 10, 250)).toBe(hearing);
    expect(found(hearing, 11, 250).unannounced).not.toBeNull();
  });

  it('is fine with the next notification, whatever was found before', () => {
    const silent = found(found(NOTHING_HEARD, 0, 240), 240, 255);
    expect(heard(silent, at(300))).toEqual({ heardAt: at(300), unannounced: null });
  });

  it('notes a notification at once where it ends doubts or the last note is ten minutes old', () => {
    const hearing = heard(NOTHING_HEARD, at(0));
    expect(isNews(NOTHING_HEARD, at(0))).toBe(true);
    expect(isNews(hearing, at(9))).toBe(false);
    expect(isNews(hearing, at(10))).toBe(true);
    expect(isNews(found(hearing, 60, 61), at(62))).toBe(true);
  });

  it('never goes back behind the latest notification, in whatever order they are noted', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 1 }), (minutes) => {
        const hearing = minutes.reduce((known, minute) => heard(known, at(minute)), NOTHING_HEARD);
        expect(hearing.heardAt).toBe(at(Math.max(...minutes)));
      }),
    );
  });

  it('is never silent where every find is announced within the patience', () => {
    const steps = fc.array(
      fc.record({ gap: fc.integer({ min: 1, max: 300 }), late: fc.integer({ min: 0, max: 9 }) }),
    );
    fc.assert(
      fc.property(steps, (gaps) => {
        let hearing = NOTHING_HEARD;
        let now = 0;
        for (const { gap, late } of gaps) {
          hearing = found(hearing, now, now + gap);
          expect(judge(hearing, now + gap + late)).toBe('fine');
          now += gap + late;
          hearing = heard(hearing, at(now));
        }
      }),
    );
  });
});
