import { describe, expect, it } from 'vitest';
import { parseCpu, parsePeak } from '../../bench/process-figures.js';

describe('the peak memory of a process', () => {
  it('is read from what the system tells of it', () => {
    expect(parsePeak('Name:\tnode\nVmPeak:\t  900000 kB\nVmHWM:\t  204800 kB\nVmRSS:\t  1 kB\n')).toBe(200);
    expect(parsePeak('Name:\tnode\n')).toBeNull();
  });
});

describe('the CPU time of a process', () => {
  it('is that of user and system mode, whatever the process is called', () => {
    const stat = '4711 (node (old) x) S 1 2 3 0 -1 4194560 9 0 0 0 250 125 7 7 20 0 11 0 1 2 3';
    expect(parseCpu(stat)).toBe(3.75);
    expect(parseCpu('')).toBeNull();
  });
});
