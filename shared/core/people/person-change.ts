import type { Person } from './person.js';

/** Why people change: which run, and what made it look. */
export interface ChangeCause {
  readonly runId: string | null;
  /** A sentence for the journal: "The user changed in the directory." */
  readonly reason: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** A person to be written; `before` null where there was no row, else without what the setup hides now. */
export interface PersonChange {
  readonly before: Person | null;
  readonly after: Person;
  /** Names of the properties that differ, those within attributes as `attributes.{to}`; never empty. */
  readonly changed: readonly string[];
}
