import { z } from 'zod';
import type { SearchedPage } from '../../shared/ports/searched-page.js';
import type { ListPage, ListRequest } from '../../shared/ports/mirror.js';
import { ApiError } from './errors.js';

const TOP = 'must be a whole number from 1 to 1000';

/** Decimal digits alone: what else reads as a number (`1e2`, `0x10`) is a slip. */
const top = z
  .preprocess(
    (text) => (typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : text),
    z.int(TOP).min(1, TOP).max(1000, TOP),
  )
  .default(100)
  .describe('At most so many items; a page may hold fewer.');

/** Query of every list. */
export const pageQuery = z.strictObject({
  top,
  after: z
    .string()
    .max(4000)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be the position that a nextLink carries')
    .optional()
    .describe('Opaque position, as a nextLink carries it.'),
});

/** What a list of users or people is searched for. */
export const search = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/[\p{L}\p{N}]/u, 'must have a letter or a digit')
  .optional()
  .describe(
    'Each word begins a word of the name, the mail address or the user name; case and accents do not count.',
  );

/** A list of the Azure REST API guidelines. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    value: z.array(item),
    nextLink: z.url().optional().describe('Address of the next page; absent at the end.'),
  });
}

/** A list that may be searched. */
export function searchedListOf<Item extends z.ZodType>(item: Item) {
  return listOf(item).extend({
    complete: z
      .boolean()
      .optional()
      .describe('Of a search: false while others may be there, since not everybody can be searched yet.'),
  });
}

export interface List<Item> {
  value: Item[];
  nextLink?: string;
}

/** A request for a page of a list: where it is, and its query after validation, filters included. */
export interface ListCall {
  readonly query: z.output<typeof pageQuery>;
  /** Absolute address of the request. */
  readonly address: URL;
}

/** What the ports are asked for. @throws ApiError where the position is none of this very list */
export function listRequest(call: ListCall): ListRequest {
  const { top: limit, after } = call.query;
  return { limit, after: after === undefined ? null : positionIn(call, after) };
}

function positionIn(call: ListCall, after: string): string {
  const text = decode(after);
  const end = text?.indexOf('\n') ?? -1;
  if (text === null || end < 0) throw unknownPosition();
  if (text.slice(0, end) !== nameOf(call))
    throw new ApiError(
      'InvalidRequest',
      'after is a position of another list, or of this one with other filters: begin without it.',
      { target: 'after' },
    );
  return text.slice(end + 1);
}

/**
 * What tells one list from another, its tenant and its filters included. A position carries it, so that the one of a
 * list never silently skips a part of another.
 */
function nameOf({ query, address }: ListCall): string {
  const { top: _top, after: _after, ...filters } = query;
  const set = Object.entries(filters).filter(([, value]) => value !== undefined && value !== false);
  return [address.pathname.toLowerCase(), ...set.map(([name, value]) => `${name}=${String(value)}`)].join(
    ' ',
  );
}

function decode(text: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64url'));
  } catch {
    return null;
  }
}

/** Answer to an `after` that no page gave out. */
export function unknownPosition(): ApiError {
  return new ApiError('InvalidRequest', 'after is no position of this list: begin without it.', {
    target: 'after',
  });
}

/** A page of the ports as a page of the API, whose link keeps the query of the call but for the position. */
export function toList<Row, Item>(page: ListPage<Row>, call: ListCall, item: (row: Row) => Item): List<Item> {
  const value = page.rows.map(item);
  if (page.next === null) return { value };
  const nextLink = new URL(call.address);
  const position = Buffer.from(`${nameOf(call)}\n${page.next}`, 'utf8').toString('base64url');
  nextLink.searchParams.set('after', position);
  return { value, nextLink: nextLink.href };
}

/** The same of a list that may be searched. */
export function toSearchedList<Row, Item>(
  page: SearchedPage<Row>,
  call: ListCall,
  item: (row: Row) => Item,
): List<Item> & { complete?: boolean } {
  const list = toList(page, call, item);
  return page.complete === null ? list : { ...list, complete: page.complete };
}
