import { mailKey } from '../../core/matching/match-keys.js';
import type { MatchUser, ProductRecord } from '../../core/matching/product-record.js';
import type { Candidate } from '../../core/matching/suggest-matches.js';
import type { PhoneNumbers } from '../../ports/phone-numbers.js';

/**
 * A user or a record as suggestions compare it.
 * @param country of phone numbers that are written without one, if the user or record names none; null if unknown
 */
export function candidateOf(
  phoneNumbers: PhoneNumbers,
  country: string | null,
  id: string,
  of: MatchUser | ProductRecord,
): Candidate {
  const phones = of.phones.flatMap((text) => phoneNumbers.normalized(text, of.country ?? country) ?? []);
  return { id, displayName: of.displayName, addresses: addressesOf(of), phones, jobTitle: of.jobTitle };
}

/** As they are compared; of a user those that are mirrored. */
function addressesOf(of: MatchUser | ProductRecord): readonly string[] {
  const all = 'aliases' in of ? [of.mail, ...of.aliases] : [of.mail];
  return [...new Set(all.flatMap((address) => mailKey(address) ?? []))];
}
