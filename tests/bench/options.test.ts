import { describe, expect, it } from 'vitest';
import { CASES, readBenchOptions, UsageError } from '../../bench/options.js';

describe('the options of the benchmark', () => {
  it('measure every case at the small size unless told otherwise', () => {
    const options = readBenchOptions([]);
    expect([...(options?.cases ?? [])]).toEqual([...CASES]);
    expect(options).toMatchObject({ latencyMs: 50, sizes: { main: { users: 10_000 } } });
    expect(readBenchOptions(['--large'])?.sizes.main.users).toBe(100_000);
  });

  it('take single cases in any letters', () => {
    expect([...(readBenchOptions(['--case', 'b1', '--case', 'Memory'])?.cases ?? [])]).toEqual([
      'B1',
      'memory',
    ]);
  });

  it('refuse a case or a flag that there is not', () => {
    expect(() => readBenchOptions(['--case', 'B99'])).toThrow(UsageError);
    expect(() => readBenchOptions(['--latency', 'fast'])).toThrow(UsageError);
    expect(() => readBenchOptions(['--quick'])).toThrow(UsageError);
  });
});
