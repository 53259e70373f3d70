import { z } from 'zod';

/** An instant as it is answered: ISO 8601 UTC. */
export const instant = z.iso.datetime();

const EXPIRY = 'must be a date or an instant as ISO 8601, such as 2027-01-31 or 2027-01-31T00:00:00Z';

/**
 * When something expires: an instant, or a plain date as Entra's own list of secrets shows it. A date means its
 * beginning in UTC, so that nothing counts as valid longer than it is.
 */
export const givenExpiry = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], { error: EXPIRY })
  .transform((text) => new Date(text).toISOString());

/** A flag in a query. */
export const queryFlag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');
