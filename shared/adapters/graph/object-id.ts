import { z } from 'zod';

/**
 * An object's id as we take it: not necessarily a GUID (the documentation itself prints malformed ones), but
 * something that can stand in an address and in a table key.
 */
export const objectId = z
  .string()
  .min(1)
  .max(200)
  .refine((id) => !/^\.+$|[\p{Cs}\p{Cc}]/u.test(id));

/** The type in an `@odata.type`: `#microsoft.graph.user` is `user`; any other text stays as it is. */
export function memberType(annotation: string): string {
  return annotation.replace(/^#?microsoft\.graph\./, '').slice(0, 100);
}
