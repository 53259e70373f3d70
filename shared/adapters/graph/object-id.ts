import { z } from 'zod';

import { RequestRefused } from '../../core/failures.js';

const MOST_KEY_CHARACTERS = 150;

/**
 * An object's id as we take it: not necessarily a GUID (the documentation itself prints malformed ones), but
 * something that can stand in an address and in a table key beside others.
 */
export const objectId = z
  .string()
  .min(1)
  .max(MOST_KEY_CHARACTERS)
  .refine((id) => !/^\.+$|[\p{Cs}\p{Cc}]/u.test(id) && keyCharacters(id) <= MOST_KEY_CHARACTERS);

/** Keys write what is no letter or digit with several characters. */
function keyCharacters(id: string): number {
  return encodeURIComponent(id).replace(/[^A-Za-z0-9._-]/g, '=0000').length;
}

/** The type in an `@odata.type`: `#microsoft.graph.user` is `user`; any other text stays as it is. */
export function memberType(annotation: string): string {
  return annotation.replace(/^#?microsoft\.graph\./, '').slice(0, 100);
}

/**
 * An id that is a GUID at Graph, to stand in an address or within the quotes of a filter: anything else, a quote above
 * all, would change what the address says. @throws RequestRefused
 */
export function pathSegment(id: string): string {
  if (/^[A-Za-z0-9-]{1,100}$/.test(id)) return id;
  throw new RequestRefused('Not an id that can stand in an address', 0, 'InvalidId');
}
