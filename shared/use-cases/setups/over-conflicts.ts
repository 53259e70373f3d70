import { RowConflict } from '../../core/failures.js';

const TRIES = 8;

/** Reads, decides and writes again where others were quicker. @throws RowConflict where that never ends */
export async function overConflicts<Outcome>(attempt: () => Promise<Outcome>): Promise<Outcome> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}
