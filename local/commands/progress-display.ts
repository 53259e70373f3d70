import type { TenantSync } from './first-sync.js';
import type { ProgressView } from './product-api.js';

/** Where the command writes; standard output in the end. */
export interface Terminal {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): void;
}

/** Shows lines that stay, the step under way, and the state of syncs while they run. */
export interface ProgressDisplay {
  line(text: string): void;
  /** What is being done from now on, in place of the step before; null when nothing is. */
  step(text: string | null): void;
  show(sync: TenantSync): void;
}

/** A display that redraws its lines on a terminal, or adds plain ones where output is piped. */
export function createProgressDisplay(terminal: Terminal): ProgressDisplay {
  return terminal.isTTY ? new LiveDisplay(terminal) : new PlainDisplay(terminal);
}

export interface EndingDisplay extends ProgressDisplay {
  /** Shows the last step, and nothing else from then on. Returns what clears it. */
  end(lastStep: string): () => void;
}

/** A display that can be ended while what it shows still goes on. */
export function endable(display: ProgressDisplay): EndingDisplay {
  let ended = false;
  return {
    line: (text) => {
      if (!ended) display.line(text);
    },
    step: (text) => {
      if (!ended) display.step(text);
    },
    show: (sync) => {
      if (!ended) display.show(sync);
    },
    end: (lastStep) => {
      ended = true;
      display.step(lastStep);
      return () => display.step(null);
    },
  };
}

/** How far a sync is, in one line. */
export function describeSync({ displayName, run, seconds }: TenantSync): string {
  const resources = Object.entries(run.progress).map(([resource, progress]) => {
    const pages = progress.pages === 1 ? '1 page' : `${progress.pages} pages`;
    return `${resource} ${describeObjects(progress)} (${pages}${progress.done ? ', done' : ''})`;
  });
  const detail = resources.length === 0 ? 'waiting for its turn' : resources.join(' · ');
  return `${displayName}: ${wordsOf(run.status)} after ${seconds.toFixed(1)} s · ${detail}`;
}

/**
 * Objects read, of how many. A run reads none if nothing changed since an earlier run, such as the one that starting a
 * setup requested. Deleted objects are read too and not part of the estimate, so that more may be read than it
 * says: then it is no total.
 */
function describeObjects({ objects, estimate, done }: ProgressView): string {
  if (done && objects === 0) return 'nothing new';
  if (done || (estimate !== null && estimate < objects)) return `${objects} read`;
  return `${objects} of ${estimate ?? '?'} read`;
}

function wordsOf(status: TenantSync['run']['status']): string {
  switch (status) {
    case 'NotStarted':
      return 'queued';
    case 'Running':
      return 'running';
    case 'Held':
      return 'held';
    case 'Succeeded':
      return 'succeeded';
    case 'Failed':
      return 'failed';
    case 'Canceled':
      return 'canceled';
  }
}

class LiveDisplay implements ProgressDisplay {
  private readonly syncs = new Map<string, string>();
  private drawn = 0;
  private current: { readonly text: string; readonly beginMs: number } | null = null;
  private clock: NodeJS.Timeout | null = null;
  private static readonly redrawMs = 250;

  constructor(private readonly terminal: Terminal) {}

  /** The last of the redrawn lines, with its seconds running. */
  step(text: string | null): void {
    this.erase();
    this.current = text === null ? null : { text, beginMs: performance.now() };
    if (this.clock !== null) clearInterval(this.clock);
    this.clock = text === null ? null : setInterval(() => this.redraw(), LiveDisplay.redrawMs).unref();
    this.draw();
  }

  line(text: string): void {
    this.erase();
    this.terminal.write(`${text}\n`);
    this.draw();
  }

  show(sync: TenantSync): void {
    this.erase();
    this.syncs.set(sync.tenantId, describeSync(sync));
    const settled = sync.run.status !== 'NotStarted' && sync.run.status !== 'Running';
    if (settled) {
      this.terminal.write(`${describeSync(sync)}\n`);
      this.syncs.delete(sync.tenantId);
    }
    this.draw();
  }

  private redraw(): void {
    this.erase();
    this.draw();
  }

  private erase(): void {
    if (this.drawn > 0) this.terminal.write(`\u001b[${this.drawn}A\u001b[J`);
    this.drawn = 0;
  }

  /** Lines are cut at the terminal's width: a wrapped line could not be erased by counting. */
  private draw(): void {
    const texts = [...this.syncs.values(), ...this.describeStep()];
    for (const text of texts) {
      this.terminal.write(`${text.slice(0, Math.max(20, this.terminal.columns - 1))}\n`);
    }
    this.drawn = texts.length;
  }

  private describeStep(): string[] {
    if (this.current === null) return [];
    const seconds = (performance.now() - this.current.beginMs) / 1000;
    return [`${this.current.text} … ${seconds.toFixed(0)} s`];
  }
}

class PlainDisplay implements ProgressDisplay {
  private readonly shown = new Map<string, { what: string; atMs: number }>();
  private static readonly intervalMs = 2_000;

  constructor(private readonly terminal: Terminal) {}

  line(text: string): void {
    this.terminal.write(`${text}\n`);
  }

  step(text: string | null): void {
    if (text !== null) this.line(text);
  }

  /** A line when something is done, and else at most every two seconds and only when it moved. */
  show(sync: TenantSync): void {
    const { run } = sync;
    const done = Object.entries(run.progress).filter(([, progress]) => progress.done);
    const milestone = [run.status, ...done.map(([resource]) => resource)].join();
    const what = `${milestone} ${JSON.stringify(run.progress)}`;
    const before = this.shown.get(sync.tenantId);
    if (before?.what === what) return;
    const nowMs = performance.now();
    const isMilestone = before?.what.split(' ')[0] !== milestone;
    if (!isMilestone && nowMs - before.atMs < PlainDisplay.intervalMs) return;
    this.shown.set(sync.tenantId, { what, atMs: nowMs });
    this.line(describeSync(sync));
  }
}
