import { describe, expect, it, vi } from 'vitest';
import type { TenantSync } from '../../../local/commands/first-sync.js';
import type { RunView } from '../../../local/commands/product-api.js';
import { createProgressDisplay, describeSync, endable } from '../../../local/commands/progress-display.js';

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
      'Tenant a: running after 1.3 s · users 200 of 250 read (1 page)',
    );
    expect(describeSync(syncOf({ status: 'Succeeded', progress: done }))).toBe(
      'Tenant a: succeeded after 1.3 s · users 250 read (2 pages, done)',
    );
  });

  it('names no total that is smaller than what was read: deleted objects are read, and not part of it', () => {
    const users = { pages: 2, objects: 250, estimate: 245, done: false };
    expect(describeSync(syncOf({ progress: { users } }))).toContain('· users 250 read (2 pages)');
    const exactly = { ...users, objects: 245 };
    expect(describeSync(syncOf({ progress: { users: exactly } }))).toContain('users 245 of 245 read');
  });

  it('says that there was nothing new if an earlier run has read the directory already', () => {
    const users = { pages: 1, objects: 0, estimate: 0, done: true };
    expect(describeSync(syncOf({ progress: { users } }))).toContain('· users nothing new (1 page, done)');
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

describe('a display that was ended', () => {
  it('shows its last step alone, whatever still goes on', () => {
    const out = terminal(false);
    const display = endable(createProgressDisplay(out));
    display.line('ready');
    const done = display.end('Ending');
    display.line('late');
    display.step('late');
    display.show(syncOf({ progress: halfway }));
    done();
    expect(out.written).toEqual(['ready\n', 'Ending\n']);
  });
});

describe('the steps of a start', () => {
  it('are plain lines where output is piped', () => {
    const out = terminal(false);
    const display = createProgressDisplay(out);
    display.step('Preparing the certificate');
    display.step('Starting vault, bus');
    display.line('  vault is up');
    display.step(null);
    expect(out.written).toEqual(['Preparing the certificate\n', 'Starting vault, bus\n', '  vault is up\n']);
  });

  it('follow each other on the last line of a terminal, below what stays, with their seconds', () => {
    const out = terminal(true);
    const display = createProgressDisplay(out);
    display.step('Preparing the certificate');
    expect(screenOf(out.written)).toEqual(['Preparing the certificate … 0 s']);
    display.step('Starting vault, bus');
    display.line('  vault is up');
    display.show(syncOf({ status: 'NotStarted' }));
    expect(screenOf(out.written).map((line) => line.slice(0, 16))).toEqual([
      '  vault is up',
      'Tenant a: queued',
      'Starting vault, ',
    ]);
    display.show(syncOf({ status: 'Succeeded' }));
    display.step(null);
    expect(screenOf(out.written).map((line) => line.slice(0, 16))).toEqual([
      '  vault is up',
      'Tenant a: succee',
    ]);
  });

  it('count their seconds while nothing else is written', () => {
    vi.useFakeTimers();
    try {
      const out = terminal(true);
      const display = createProgressDisplay(out);
      display.step('Starting functions');
      vi.advanceTimersByTime(3_100);
      expect(screenOf(out.written)).toEqual(['Starting functions … 3 s']);
      display.step(null);
      vi.advanceTimersByTime(1_000);
      expect(screenOf(out.written)).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
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
