/** One line of the summary; null where it cannot be known. */
export interface TenantSummaryRow {
  readonly tenant: string;
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
  /** Null while the tenant has no setups. */
  readonly people: number | null;
  readonly seconds: number;
  readonly graphRequests: number | null;
}

const headings = ['tenant', 'users', 'groups', 'memberships', 'people', 'seconds', 'Graph requests'] as const;

/** The summary as a table of text, numbers to the right. */
export function formatSummary(rows: readonly TenantSummaryRow[]): string {
  const cells = rows.map((row) => [
    row.tenant,
    String(row.users),
    String(row.groups),
    String(row.memberships),
    row.people === null ? '-' : String(row.people),
    row.seconds.toFixed(1),
    row.graphRequests === null ? '-' : String(row.graphRequests),
  ]);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const lineOf = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [lineOf(headings), ...cells.map(lineOf)].map((line) => `  ${line}`).join('\n');
}
