import { z } from 'zod';

import type { ListedPage } from '../../ports/directory.js';
import type { GraphCaller, GraphSide } from './graph-caller.js';
import { objectId } from './object-id.js';
import { badPage, readEnvelope } from './page-envelope.js';

const listed = z.looseObject({ id: objectId, '@odata.type': z.string().optional() });
export type ListedObject = z.infer<typeof listed>;

/** A list of 20 million objects at 999 a page; beyond that the chain of next links is taken to be endless. */
const MOST_PAGES = 20_000;

/**
 * One page of a plain list; it may be empty and still continue (concepts/paging.md). Unlike in a delta page, an
 * element without a usable id spoils the list: whoever asks decides by what is NOT in it.
 *
 * @throws BadPage
 */
export async function listedPage(
  caller: GraphCaller,
  side: GraphSide,
  address: string,
): Promise<ListedPage<ListedObject>> {
  const origin = { address, graphOrigin: side.origin };
  const envelope = readEnvelope(await caller.call(side, { method: 'get', address }), origin);
  if (envelope.nextLink === address) throw badPage(origin, 'its next link is its own address');
  const objects = z.array(listed).safeParse(envelope.value);
  if (!objects.success) throw badPage(origin, 'an element has no usable id');
  return { items: objects.data, next: envelope.nextLink };
}

/** All pages of a short list, one at a time. @throws BadPage */
export async function* pagedList(
  caller: GraphCaller,
  side: GraphSide,
  firstAddress: string,
): AsyncGenerator<readonly ListedObject[]> {
  let address: string | null = firstAddress;
  for (let count = 0; address !== null; count += 1) {
    const origin = { address, graphOrigin: side.origin };
    if (count >= MOST_PAGES) throw badPage(origin, 'the chain of next links does not end');
    const page: ListedPage<ListedObject> = await listedPage(caller, side, address);
    yield page.items;
    address = page.next;
  }
}
