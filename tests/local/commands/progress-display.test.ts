import { describe, expect, it } from 'vitest';
import type { TenantSync } from '../../../local/commands/first-sync.js';
import type { RunView } from '../../../local/commands/product-api.js';
import { createProgressDisplay, describeSync } from '../../../local/commands/progress-display.js';

function syncOf(more: Partial<RunView>, tenantId = 'a'): TenantSync {
  const run: RunView = {
    id: 'run',
    trigger: 'manual',
    status: 'Running',
    progress: {},
    counts: {},
    warnings: [],
    ...more,
  };
  return { tenantId, displayName: `Tenant ${tenantId}`, run, seconds: 1.25 };
}

const halfway = { users: { pages: 1, objects: 200, estimate: 250, done: false } };
const done = { users: { pages: 2, objects: 250, estimate: 250, done: true } };

function terminal(isTTY: boolean): {
  written: string[];
  isTTY: boolean;
  columns: number;
  write(text: string): void;
} {
  const written: string[] = [];
  return { written, isTTY, columns: 60, write: (text) => void written.push(text) };
}

describe('a sync in one line', () => {
  it('says how many objects of how many came on how many pages', () => {
    expect(describeSync(syncOf({ progress: halfway }))).toBe(
      'Tenant a: running after 1.3 s · users 200 of 250 (1 page)',
    );
    expect(describeSync(syncOf({ status: 'Succeeded', progress: done }))).toBe(
      'Tenant a: succeeded after 1.3 s · users 250 (2 pages, done)',
    );
  });

  it('says that it waits, and that the size is not known', () => {
    expect(describeSync(syncOf({ status: 'NotStarted' }))).toContain(
      'queued after 1.3 s · waiting for its turn',
    );
    const unknown = { users: { pages: 0, objects: 0, estimate: null, done: false } };
    expect(describeSync(syncOf({ progress: unknown }))).toContain('users 0 of ?');
  });
});

describe('the display of a piped start', () => {
  it('adds plain lines: one per milestone, none for what did not move or moved within two seconds', () => {
    const out = terminal(false);
    const display = createProgressDisplay(out);
    display.show(syncOf({ progress: halfway }));
    display.show(syncOf({ progress: halfway }));
    display.show(syncOf({ progress: { users: { ...halfway.users, objects: 201 } } }));
    display.show(syncOf({ progress: done }));
    display.show(syncOf({ status: 'Succeeded', progress: done }));
    expect(out.written.map((line) => line.split(' · ')[0])).toEqual([
      'Tenant a: running after 1.3 s',
      'Tenant a: running after 1.3 s',
      'Tenant a: succeeded after 1.3 s',
    ]);
    expect(out.written.join('')).not.toContain('\u001b');
    expect(out.written.every((line) => line.endsWith('\n'))).toBe(true);
  });
});

const cursorUp = '\u001b[';

/** What a terminal shows after all that was written, with cursor movements and clearing carried out. */
function screenOf(written: readonly string[]): string[] {
  let lines: string[] = [];
  for (const text of written) {
    if (text.startsWith(cursorUp)) {
      lines = lines.slice(0, lines.length - Number.parseInt(text.slice(cursorUp.length)));
    } else lines.push(text.replace(/\n$/, ''));
  }
  return lines;
}

describe('the display on a terminal', () => {
  it('redraws one line per tenant below the lines that stay', () => {
    const out = terminal(true);
    const display = createProgressDisplay(out);
    display.line('ready');
    display.show(syncOf({ progress: halfway }, 'a'));
    display.show(syncOf({ status: 'NotStarted' }, 'b'));
    display.line('news');
    display.show(syncOf({ progress: done }, 'a'));
    expect(screenOf(out.written).map((line) => line.slice(0, 17))).toEqual([
      'ready',
      'news',
      'Tenant a: running',
      'Tenant b: queued ',
    ]);
    display.show(syncOf({ status: 'Succeeded', progress: done }, 'a'));
    expect(screenOf(out.written).map((line) => line.slice(0, 18))).toEqual([
      'ready',
      'news',
      'Tenant a: succeede',
      'Tenant b: queued a',
    ]);
  });

  it('cuts what is redrawn at the width of the terminal', () => {
    const out = terminal(true);
    createProgressDisplay(out).show(syncOf({ progress: { ...halfway, groups: halfway.users } }));
    expect(out.written.at(-1)).toHaveLength(60);
  });
});
