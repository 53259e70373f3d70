import { suggestionsAmong } from '../../core/matching/suggest-matches.js';
import type { PhoneNumbers } from '../../ports/phone-numbers.js';
import type { MatchNumbers, Pace } from '../../ports/record-matching.js';
import { candidateOf } from './candidate.js';
import type { Foreseen } from './foresee.js';

/** Users whose suggestions are looked for in one stretch. */
const AT_ONCE = 100;

/**
 * Counts the users in scope by what matching makes of them.
 * @returns null if it is late first
 */
export async function matchNumbers(
  phoneNumbers: PhoneNumbers,
  { rows, records }: Foreseen,
  { turn, isLate }: Pace,
): Promise<MatchNumbers | null> {
  const taken = new Set(rows.flatMap(({ tie }) => tie?.recordId ?? []));
  const left = [...records.values()].filter(({ recordId }) => !taken.has(recordId));
  const apart = new Map(rows.map(({ directoryId, decision }) => [directoryId, decision.apart]));
  const suggestionsFor = suggestionsAmong(
    left.map((record) => candidateOf(phoneNumbers, null, record.recordId, record)),
    (directoryId, recordId) => apart.get(directoryId)?.includes(recordId) === true,
  );
  const numbers = { tied: 0, suggested: 0, conflict: 0, new: 0 };
  let looked = 0;
  for (const { directoryId, user, tie, isInConflict } of rows) {
    if (user === null) continue;
    if (tie !== null) numbers.tied += 1;
    else if (isInConflict) numbers.conflict += 1;
    else {
      const found = suggestionsFor(candidateOf(phoneNumbers, null, directoryId, user));
      numbers[found.length > 0 ? 'suggested' : 'new'] += 1;
      looked += 1;
      if (looked % AT_ONCE > 0) continue;
      if (isLate()) return null;
      await turn();
    }
  }
  return numbers;
}
