import { describe, expect, it } from 'vitest';
import { createWarningDisplay, shortWarning } from '../../../local/commands/warning-display.js';

const WARNED = '[warning] [Function.sync-jobs] A tenant was parked {"tenantId":"t1"}';

describe('what a functions host writes', () => {
  it('is shown where it warns or tells of an error', () => {
    expect(shortWarning(WARNED)).toBe('[warning] sync-jobs: A tenant was parked {"tenantId":"t1"}');
    expect(shortWarning('[error] [host] The bus is gone')).toBe('[error] host: The bus is gone');
    expect(shortWarning('[information] [Function.sync-jobs] A run began')).toBeNull();
    expect(shortWarning('    at somewhere (file.js:1:1)')).toBeNull();
  });

  it('is cut to a line or two of a terminal', () => {
    const short = shortWarning(`[warning] [host] ${'x'.repeat(1_000)}`) ?? '';
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
    see('functions', WARNED);
    see('functions', WARNED);
    see('functions', WARNED.replace('t1', 't2'));
    see('bus', WARNED);
    expect(shown).toHaveLength(2);
    now = 60_000;
    see('functions', WARNED);
    expect(shown).toHaveLength(3);
  });
});
