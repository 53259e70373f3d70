import { z } from 'zod';

/** An instant as it is answered: ISO 8601 UTC. */
export const instant = z.iso.datetime();

/** An instant as it may be given, with any offset; it becomes ISO 8601 UTC. */
export const givenInstant = z.iso
  .datetime({ offset: true, error: 'must be an instant as ISO 8601, such as 2027-01-31T00:00:00Z' })
  .transform((text) => new Date(text).toISOString());

/** A flag in a query. */
export const queryFlag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');
