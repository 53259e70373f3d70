import { followedGroups, holdsNeededOnly, neededGroups } from '../../../core/needed-groups.js';
import { requirementsOf } from '../../../core/setup/requirements.js';
import type { Tenant } from '../../../core/tenant.js';
import type { Session } from '../session.js';
import { EVERY_MEMBER, type MembersDemand } from './members-demand.js';

/**
 * What the tenant's setups ask for. Saved and paused ones count, so that a preview can tell who would be in and a
 * paused setup goes on where it stood; one that every group is a segment of asks for all groups. Groups that hold a role
 * are asked for like those that setups name.
 */
export async function readDemand(session: Session, { groupMembers }: Tenant): Promise<MembersDemand> {
  if (groupMembers === 'all') return EVERY_MEMBER;
  const setups = await session.ports.setups.all(session.tenantId);
  const asked = setups
    .filter(({ state }) => state !== 'removing')
    .map(({ document }) => requirementsOf(document));
  const namesRoles = asked.some(
    ({ appRoles, directoryRoles }) => appRoles.length + directoryRoles.length > 0,
  );
  const holders = namesRoles ? await session.ports.roleLists.groups(session.fence) : [];
  return {
    all: asked.some(({ allGroups }) => allGroups),
    named: new Set([
      ...asked.flatMap(({ groups }) => groups),
      ...holders.map(({ principalId }) => principalId),
    ]),
    holders: new Set(holders.map(({ principalId }) => principalId)),
  };
}

/** Once lists of roles were read: which groups hold one may have changed. */
export async function holdersRead(session: Session): Promise<void> {
  if (session.demand === EVERY_MEMBER) return;
  const tenant = await session.ports.tenants.get(session.tenantId);
  if (tenant === null) return;
  session.demand = await readDemand(session, tenant.value);
  await wantMembers(session);
}

/**
 * Asks for the round that the demand needs: all groups anew where another kind of reading is asked for than the one
 * that is; else a look at the groups where some came to be needed or are no longer.
 */
export async function wantMembers(session: Session): Promise<void> {
  const { groups } = session.states;
  const { round } = groups;
  const { all, named } = session.demand;
  const isRead = groups.deltaLink === null ? round?.references : groups.references;
  if (isRead === undefined) return;
  if (isRead !== all) {
    if (round?.kind !== 'full' || round.references !== all) await want(session, true);
    return;
  }
  const isIdle = round === null || round.halted;
  if (isIdle && holdsNeededOnly(groups) && !isFollowed(session, named)) await want(session, false);
}

function isFollowed({ chains }: Session, named: ReadonlySet<string>): boolean {
  const followed = followedGroups(chains.all);
  const needed = neededGroups(named, chains.all);
  const same = followed.size === needed.size && [...needed].every((id) => followed.has(id));
  return same && chains.all.every(({ leaving }) => leaving.length === 0);
}

async function want(session: Session, full: boolean): Promise<void> {
  await session.ports.syncStates.want(session.tenantId, 'groups', { full, since: session.now() });
}
