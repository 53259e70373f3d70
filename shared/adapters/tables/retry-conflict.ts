import { RowConflict } from '../../core/failures.js';

const MAX_ATTEMPTS = 20;

/** Reads and writes again as long as somebody else was quicker. @throws RowConflict where that never ends */
export async function retryConflict<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
  for (let left = MAX_ATTEMPTS; ; left--) {
    try {
      return await attempt();
    } catch (failure) {
      if (!(failure instanceof RowConflict) || left === 1) throw failure;
    }
  }
}
