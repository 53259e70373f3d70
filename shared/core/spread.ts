import { bucketOf } from './bucket.js';

const ALL = 2 ** 32;

/**
 * The place of an id within a width: always the same for the same id, and those of many ids lie evenly, also where
 * the ids are alike, so that what many would do at one time is spread.
 * @param width of any unit, at least 0
 * @returns at least 0 and below the width
 */
export function spreadOf(id: string, width: number): number {
  return (mixed(bucketOf(id, ALL)) / ALL) * width;
}

/** The finalizer of MurmurHash3, by which a change of any bit changes about half of them all. */
function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}
