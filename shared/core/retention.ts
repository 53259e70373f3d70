const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** How long rows are kept that nothing else removes, milliseconds. `docs/tables.md` names each. */
export const KEPT_MS = {
  /** A run after it ended; one whose removals are held is kept. */
  run: 30 * DAY_MS,
  /** An upload after its records were taken over. */
  appliedUpload: 30 * DAY_MS,
  /** An upload that is still being received: no request runs for so long. */
  receivingUpload: DAY_MS,
  /** The tombstone of a person who was removed. */
  tombstone: 30 * DAY_MS,
  /** An administrator's link and its session after they ended. */
  adminLink: 30 * DAY_MS,
  /** A link that asks for consent after it expired. */
  consentRequest: 30 * DAY_MS,
} as const;

/** How long the journal is kept. */
export interface JournalTimes {
  /** Whole months beside the current one. */
  readonly journalMonths: number;
  /** How long its entries hold values of people who were removed, milliseconds. */
  readonly personalValuesMs: number;
}

/** The month that many before that of an instant, `yyyyMM` in UTC. @param now epoch milliseconds */
export function monthBefore(now: number, months: number): string {
  const date = new Date(now);
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1));
  return first.toISOString().slice(0, 7).replace('-', '');
}

/** The instant before which something of that kind is removed, ISO 8601 UTC. @param now epoch milliseconds */
export function keptSince(kind: keyof typeof KEPT_MS, now: number): string {
  return new Date(now - KEPT_MS[kind]).toISOString();
}
