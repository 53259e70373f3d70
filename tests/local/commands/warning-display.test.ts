import { describe, expect, it } from 'vitest';
import { createWarningDisplay, shortWarning } from '../../../local/commands/warning-display.js';

const WARNED = 'A tenant was parked {"tenantId":"t1"}';

describe('what a functions host writes', () => {
  it('is shown where it warns or tells of an error', () => {
    expect(shortWarning(WARNED, 'stderr')).toBe('[app] A tenant was parked {"tenantId":"t1"}');
    expect(shortWarning('[error] [host] The bus is gone', 'stdout')).toBe('[error] host: The bus is gone');
    expect(shortWarning('[warning] [Function.upkeep] It is late', 'stdout')).toBe(
      '[warning] upkeep: It is late',
    );
    expect(shortWarning('[information] [Function.sync-jobs] A run began', 'stderr')).toBeNull();
    expect(shortWarning('A run began', 'stdout')).toBeNull();
    expect(shortWarning('    at somewhere (file.js:1:1)', 'stderr')).toBeNull();
    expect(shortWarning('(node:7) ExperimentalWarning: something', 'stderr')).toBeNull();
  });

  it('is cut to a line or two of a terminal', () => {
    const short = shortWarning(`[warning] [host] ${'x'.repeat(1_000)}`, 'stdout') ?? '';
    expect(short).toHaveLength(240);
    expect(short.endsWith('…')).toBe(true);
  });

  it('is shown once a minute where it comes again and again, and of no other part', () => {
    const shown: string[] = [];
    let now = 0;
    const see = createWarningDisplay(
      (line) => shown.push(line),
      () => now,
    );
    see('functions', WARNED, 'stderr');
    see('functions', WARNED, 'stderr');
    see('functions', WARNED.replace('t1', 't2'), 'stderr');
    see('bus', WARNED, 'stderr');
    expect(shown).toHaveLength(2);
    now = 60_000;
    see('functions', WARNED, 'stderr');
    expect(shown).toHaveLength(3);
  });
});
