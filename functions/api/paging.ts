import { z } from 'zod';
import type { ListPage, ListRequest } from '../../shared/ports/mirror.js';
import { ApiError } from './errors.js';

/** Query of every list. */
export const pageQuery = z.strictObject({
  top: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .describe('At most so many items; a page may hold fewer.'),
  after: z
    .string()
    .max(4000)
    .regex(/^[A-Za-z0-9_-]+$/)
    .optional()
    .describe('Opaque position, as a nextLink carries it.'),
});

/** A list of the Azure REST API guidelines. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    value: z.array(item),
    nextLink: z.url().optional().describe('Address of the next page; absent at the end.'),
  });
}

export interface List<Item> {
  value: Item[];
  nextLink?: string;
}

/** What the ports are asked for, from the query of a list. */
export function listRequest(query: z.output<typeof pageQuery>): ListRequest {
  return { limit: query.top, after: query.after === undefined ? null : decodePosition(query.after) };
}

function decodePosition(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64url'));
  } catch {
    throw unknownPosition();
  }
}

/** Answer to an `after` that no page gave out. */
export function unknownPosition(): ApiError {
  return new ApiError('InvalidRequest', 'after is no position of this list: begin without it.', {
    target: 'after',
  });
}

/**
 * A page of the ports as a page of the API.
 * @param address absolute address of the request; its query stays, but for the position
 */
export function toList<Row, Item>(page: ListPage<Row>, address: URL, item: (row: Row) => Item): List<Item> {
  const value = page.rows.map(item);
  if (page.next === null) return { value };
  const nextLink = new URL(address);
  nextLink.searchParams.set('after', Buffer.from(page.next, 'utf8').toString('base64url'));
  return { value, nextLink: nextLink.href };
}
