/** Users that a bucket should hold: enough to fill transactions, few enough to spread a tenant's load. */
const USERS_PER_BUCKET = 250;
const MIN_BUCKETS = 16;
const MAX_BUCKETS = 256;
const BUCKETS_WITHOUT_COUNT = 64;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * The bucket of an id, below `count`. Never to be changed: it decides in which partition a stored row lies.
 * FNV-1a with 32 bits over the UTF-16 code units of the id in lower case, halves folded.
 * Source: RFC 9923, "The FNV Non-Cryptographic Hash Algorithm".
 */
export function bucketOf(id: string, count: number): number {
  const text = id.toLowerCase();
  let hash = FNV_OFFSET;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    hash = Math.imul(hash ^ (unit & 0xff), FNV_PRIME);
    if (unit > 0xff) hash = Math.imul(hash ^ (unit >>> 8), FNV_PRIME);
  }
  return ((hash ^ (hash >>> 16)) >>> 0) % count;
}

/**
 * Into how many buckets a tenant's rows are spread: a power of two from 16 to 256.
 *
 * @param users number of users in the directory, null where it is not told
 */
export function bucketCountFor(users: number | null): number {
  if (users === null) return BUCKETS_WITHOUT_COUNT;
  let count = MIN_BUCKETS;
  while (count < MAX_BUCKETS && users / count > USERS_PER_BUCKET) count *= 2;
  return count;
}
