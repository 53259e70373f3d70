import { givingGroups, lostGrants } from '../../../core/people/vanished-grants.js';
import type { Session } from '../session.js';
import type { PresentedFacts } from '../../../ports/present-each.js';
import type { Gathered } from './people-batch.js';
import type { StartedSetup } from './started-setup.js';

const NONE: ReadonlySet<string> = new Set();

/** Of the groups that gave what people are about to lose, those that are not in the directory; mostly none is read. */
export async function vanishedGroups(
  { ports, fence }: Session,
  { compiled }: StartedSetup,
  presented: readonly PresentedFacts[],
  { people, hosts }: Pick<Gathered, 'people' | 'hosts'>,
): Promise<ReadonlySet<string>> {
  const giving = new Set<string>();
  for (const { facts, presented: made } of presented) {
    const { directoryId } = facts;
    const known = { previous: people.get(directoryId) ?? null, hosts: hosts.get(directoryId) ?? [] };
    for (const item of lostGrants(made, known))
      for (const groupId of givingGroups(compiled.grants, item)) giving.add(groupId);
  }
  if (giving.size === 0) return NONE;
  const rows = await ports.mirror.readGroups(fence, [...giving]);
  return new Set([...giving].filter((id) => rows.get(id)?.presence !== 'live'));
}
