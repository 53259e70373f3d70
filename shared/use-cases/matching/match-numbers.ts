import { SuggestionFinder } from '../../core/matching/suggest-matches.js';
import type { PhoneNumbers } from '../../ports/phone-numbers.js';
import type { MatchNumbers, Pace } from '../../ports/record-matching.js';
import { candidateOf } from './candidate.js';
import type { Foreseen } from './foresee.js';

/** Users whose suggestions are looked for in one stretch, and records that are made ready for that. */
const AT_ONCE = 100;

/**
 * Counts the users in scope by what matching makes of them.
 * @returns null if it is late first
 */
export async function matchNumbers(
  phoneNumbers: PhoneNumbers,
  { rows, records, takenElsewhere }: Foreseen,
  pace: Pace,
): Promise<MatchNumbers | null> {
  const tied = new Set(rows.flatMap(({ tie }) => tie?.recordId ?? []));
  const finder = new SuggestionFinder();
  const goesOn = steps(pace);
  for (const [id, record] of records) {
    if (tied.has(id) || takenElsewhere.has(id)) continue;
    finder.add(candidateOf(phoneNumbers, null, id, record));
    if (!(await goesOn())) return null;
  }
  const numbers = { tied: 0, suggested: 0, conflict: 0, new: 0 };
  for (const { directoryId, user, tie, isInConflict, decision } of rows) {
    if (user === null) continue;
    if (tie !== null) numbers.tied += 1;
    else if (isInConflict) numbers.conflict += 1;
    else {
      const candidate = candidateOf(phoneNumbers, null, directoryId, user);
      const found = finder.suggestionsFor(candidate, decision.apart);
      numbers[found.length > 0 ? 'suggested' : 'new'] += 1;
      if (!(await goesOn())) return null;
    }
  }
  return numbers;
}

/** Called after each step: false if it is late. */
function steps({ turn, isLate }: Pace): () => Promise<boolean> {
  let done = 0;
  return async () => {
    done += 1;
    if (done % AT_ONCE > 0) return true;
    if (isLate()) return false;
    await turn();
    return true;
  };
}
