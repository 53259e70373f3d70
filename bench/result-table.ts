import type { CaseName } from './options.js';

/** How a figure is judged: not above `limit`, or, without a limit, only shown. */
export interface Figure {
  readonly case: CaseName;
  readonly what: string;
  /** Of ours, as text. */
  readonly ours: string;
  /** What it is compared with, as text; '-' where there is nothing. */
  readonly reference: string;
  /** What the goal speaks of: a ratio or a plain number. */
  readonly measured: number | null;
  readonly limit: number | null;
  /** The goal in words; '' where there is none. */
  readonly goal: string;
}

export type Verdict = 'met' | 'MISSED' | '';

/** A figure without a measurement meets no goal. */
export function verdictOf({ measured, limit }: Figure): Verdict {
  if (limit === null) return '';
  return measured !== null && measured <= limit ? 'met' : 'MISSED';
}

const headings = ['case', 'what', 'ours', 'reference', 'measured', 'goal', ''] as const;

/** All figures as one table of text, as wide as its widest cells. */
export function formatFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.case,
    figure.what,
    figure.ours,
    figure.reference,
    figure.measured === null ? '-' : formatNumber(figure.measured),
    figure.goal,
    verdictOf(figure),
  ]);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(headings), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** One line that says how many goals were met, and names those that were not. */
export function summarize(figures: readonly Figure[]): string {
  const judged = figures.filter(({ limit }) => limit !== null);
  const missed = judged.filter((figure) => verdictOf(figure) === 'MISSED');
  const head = `${judged.length - missed.length} of ${judged.length} goals met`;
  if (missed.length === 0) return `${head}.`;
  return `${head}. Missed: ${missed.map((figure) => `${figure.case} ${figure.what}`).join('; ')}.`;
}

function formatNumber(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : value.toFixed(2);
}
