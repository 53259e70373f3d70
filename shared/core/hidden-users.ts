/** A user whom the mirror holds as soft-deleted. Instants in ISO 8601 UTC. */
export interface HiddenUser {
  readonly id: string;
  /** The night that first found it hidden; null before. */
  readonly since: string | null;
  /** When deleted items were last asked for it; null if never. */
  readonly askedAt: string | null;
}

/** Graph deletes for good what was in deleted items for so long, and does not always report it. */
const PURGED_AFTER_MS = 30 * 24 * 60 * 60_000;

/**
 * Returns those that may have been deleted for good, who were not asked for the longest first.
 * @param now epoch milliseconds
 */
export function perhapsPurged(hidden: readonly HiddenUser[], now: number, most: number): HiddenUser[] {
  return hidden
    .filter(({ since }) => since !== null && now - Date.parse(since) >= PURGED_AFTER_MS)
    .sort((a, b) => ((a.askedAt ?? '') < (b.askedAt ?? '') ? -1 : 1))
    .slice(0, most);
}
