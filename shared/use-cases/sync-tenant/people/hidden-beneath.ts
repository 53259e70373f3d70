import { holdsHidden } from '../../../core/hidden-membership.js';
import type { Touched } from '../../../core/mark.js';
import { groupsHiding } from '../../../ports/groups-hiding.js';
import { withAncestors } from '../count-groups.js';
import type { Session } from '../session.js';
import { noteHidden } from './missing-groups.js';
import type { StartedSetup } from './started-setup.js';

/**
 * Looks again at which named groups hide members, themselves or beneath, if a page moved groups. Only a group that
 * moved beneath a named one is walked down, and a named one only if what moved hides members or did so before.
 */
export async function lookBeneath(
  session: Session,
  started: readonly StartedSetup[],
  { memberGroups, groupPresence }: Pick<Touched, 'memberGroups' | 'groupPresence'>,
): Promise<void> {
  const moved = [...new Set([...memberGroups, ...groupPresence])];
  if (moved.length === 0 || started.length === 0 || holdsHidden(session.states.groups)) return;
  const named = new Set(started.flatMap(({ namedGroups }) => [...namedGroups]));
  const below = async (ids: readonly string[]): Promise<ReadonlySet<string>> => {
    await session.keeper.renewIfDue();
    return await groupsHiding(session.ports.mirror, session.fence, ids);
  };
  const above = async (ids: readonly string[]): Promise<readonly string[]> =>
    [...(await withAncestors(session, ids))].filter((id) => named.has(id));
  const hidingNow = (await above(moved)).length === 0 ? [] : [...(await below(moved))];
  const suspects = new Set(started.flatMap(({ progress }) => progress.hiddenGroups));
  if (hidingNow.length > 0) for (const id of await above(hidingNow)) suspects.add(id);
  if (suspects.size === 0) return;
  const hidden = await below([...suspects]);
  for (const setup of started) await noteHidden(session, setup, hidden);
}
