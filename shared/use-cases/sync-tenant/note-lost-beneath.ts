import type { Edge } from '../../core/mirror-rows.js';
import { withAncestors } from './count-groups.js';
import type { Session } from './session.js';

/**
 * Records that groups vanished beneath the groups above them, before the memberships are removed that show which these
 * are: what people lose by that is the removal guard's to judge.
 *
 * @returns the groups above
 */
export async function noteLostBeneath(
  session: Session,
  vanishing: readonly string[],
): Promise<ReadonlySet<string>> {
  if (vanishing.length === 0) return new Set();
  await session.keeper.renewIfDue();
  const above = await withAncestors(session, vanishing);
  for (const id of vanishing) above.delete(id);
  await record(session, above);
  return above;
}

/**
 * The same of groups that a comparison with Graph no longer finds in other groups. Whether they vanished or were only
 * taken out of these groups is not known yet.
 */
export async function noteLostMembers(session: Session, absent: readonly Edge[]): Promise<void> {
  const parents = absent.filter(({ memberType }) => memberType === 'group').map(({ groupId }) => groupId);
  if (parents.length === 0) return;
  await session.keeper.renewIfDue();
  await record(session, await withAncestors(session, [...new Set(parents)]));
}

async function record(session: Session, groupIds: ReadonlySet<string>): Promise<void> {
  const { mirror } = session.ports;
  const rows = await mirror.readGroups(session.fence, [...groupIds]);
  const live = [...rows.values()].filter(({ presence }) => presence === 'live');
  const lostBeneathAt = session.now();
  await mirror.writeGroups(
    session.fence,
    live.map((row) => ({ ...row, lostBeneathAt })),
  );
}
