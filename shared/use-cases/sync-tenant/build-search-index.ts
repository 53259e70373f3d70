import { bucketIndexed } from '../../core/search-index.js';
import type { Session } from './session.js';

/**
 * Enters the rows of the next bucket that an earlier version of the code wrote into the index by which users and
 * people are searched. What is entered already is entered again, so that a stopped job costs one bucket.
 * @param setupIds those that may have people
 */
export async function buildSearchIndex(session: Session, setupIds: readonly string[]): Promise<void> {
  const { ports, fence, keeper, states } = session;
  const bucket = states.users.searchIndex.nextBucket;
  if (bucket === null) return;
  for await (const users of ports.mirror.scanUsers(fence, bucket)) {
    await keeper.renewIfDue();
    await ports.mirror.indexUsers(fence, users);
  }
  for (const setupId of setupIds)
    for await (const people of ports.people.scan(fence, setupId, bucket)) {
      await keeper.renewIfDue();
      await ports.people.index(fence, setupId, people);
    }
  await session.saveState({ ...states.users, searchIndex: bucketIndexed(bucket, fence.bucketCount) });
}
