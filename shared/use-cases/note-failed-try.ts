import { RowConflict } from '../core/failures.js';
import type { AdminLinks } from '../ports/admin-links.js';

/** Tries at once are few, since a link has one session. */
const TRIES = 12;

/** Counts what went wrong behind a link, over all instances, until the link is locked by it. */
export async function noteFailedTry(
  ports: { readonly adminLinks: AdminLinks },
  tenantId: string,
  linkId: string,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const stored = await ports.adminLinks.get(tenantId, linkId);
    if (stored === null) return;
    const { value, tag } = stored;
    try {
      await ports.adminLinks.save({ ...value, failedTries: value.failedTries + 1 }, tag);
      return;
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}
