import type { RecordTie } from '../people/facts.js';

/** A record that the operator's product holds already, as far as people are matched to it. */
export interface ProductRecord {
  /** As the product names it; compared letter by letter. */
  readonly recordId: string;
  /** Object id of the user in the directory, in lower case. */
  readonly entraId: string | null;
  readonly mail: string | null;
  readonly initials: string | null;
  readonly displayName: string | null;
  readonly phones: readonly string[];
  readonly jobTitle: string | null;
  /** ISO 3166-1 alpha-2: of phone numbers that are written without it. */
  readonly country: string | null;
  /** What else the product holds, by its own names: `fillIfEmpty` gives way to it. */
  readonly values: Readonly<Record<string, string>>;
}

/** A user of the directory who is in scope of a setup, as far as it is matched to records. */
export interface MatchUser {
  readonly directoryId: string;
  readonly mail: string | null;
  /** Every address that mail reaches it by, the primary one among them; empty if addresses are not mirrored. */
  readonly aliases: readonly string[];
  readonly initials: string | null;
  readonly displayName: string | null;
  readonly phones: readonly string[];
  readonly jobTitle: string | null;
  readonly country: string | null;
}

/** One record, one user. */
export interface Tie {
  readonly directoryId: string;
  readonly recordId: string;
  readonly matchedBy: RecordTie['matchedBy'];
}
