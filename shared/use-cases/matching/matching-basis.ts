import type { Setup } from '../../core/setup/setup.js';

/** To be raised when the same records and users would be matched otherwise than before: everybody is matched again. */
const RULES = 1;

/** What everybody of a setup is matched by. */
export function matchingBasis({ version, document: { organizationId } }: Setup): string {
  return JSON.stringify([RULES, version, organizationId]);
}
