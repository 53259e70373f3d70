import { touchesNothing, type Touched } from '../../../core/mark.js';
import { hasEnded } from '../../../core/person-sync.js';
import { planPerson, type PersonPlan, type PersonRead } from '../../../core/plan-person.js';
import type { Resource } from '../../../core/resource.js';
import { groupsIn, membersIn } from '../ends-of-edges.js';
import type { Session } from '../session.js';
import { mirroredPerson } from './mirrored-person.js';
import type { PersonSyncRow } from './person-sync-row.js';
import type { Told, Trace } from './trace.js';

/**
 * Brings the mirror in line with what was read of one user: that it will be looked at again, the mark, then
 * memberships, then the row.
 */
export function updateMirror(
  session: Session,
  trace: Trace,
  row: PersonSyncRow,
  read: PersonRead,
): Promise<PersonPlan> {
  const { directoryId: id, requestId, attempts, brought } = row.sync;
  return trace.during('updateMirror', async () => {
    const held = { ...read, groupIds: read.groupIds.filter((groupId) => session.holdsMembersOf(groupId)) };
    const mirrored = await mirroredPerson(session, id, held.groupIds);
    const plan = planPerson(id, mirrored, held, hasEnded(row.sync) ? brought : null);
    await row.noteBefore(plan);
    await carryOut(session, `person-${requestId}-${attempts}`, id, plan);
    const waits = await wantWhatIsLeft(session, plan);
    return [toldOf(plan, waits), plan];
  });
}

async function carryOut(session: Session, markId: string, id: string, plan: PersonPlan): Promise<void> {
  const { mirror, marks } = session.ports;
  const { fence, keeper } = session;
  const edges = [...plan.present, ...plan.absent];
  const touched: Touched = {
    users: plan.user.kind === 'same' ? [] : [id],
    presence: plan.presence ? [id] : [],
    groups: groupsIn(edges),
    groupPresence: [],
    ...membersIn(edges),
  };
  if (touchesNothing(touched)) return;
  await keeper.renewIfDue();
  await marks.put(fence, { kind: 'page', markId, ...touched });
  await mirror.createEdges(fence, plan.present);
  await mirror.removeEdges(fence, plan.absent);
  await keeper.renewIfDue();
  if (plan.user.kind === 'write') await mirror.writeUsers(fence, [plan.user.row]);
  if (plan.user.kind === 'gone') await mirror.removeUsers(fence, [id]);
}

/** Asks for the changes that tell the rest; where everything is being read for the first time, that does. */
async function wantWhatIsLeft(session: Session, { left }: PersonPlan): Promise<readonly Resource[]> {
  const { ports, tenantId, states } = session;
  const waits: Resource[] = [];
  if (left.user !== null) waits.push('users');
  if (left.groupIds.length > 0) waits.push('groups');
  for (const resource of waits)
    if (states[resource].deltaLink !== null)
      await ports.syncStates.want(tenantId, resource, { full: false, since: session.now() });
  return waits;
}

function toldOf(plan: PersonPlan, waits: readonly Resource[]): Told {
  const { user, present, absent, changed, left } = plan;
  const said: string[] = [];
  if (user.kind === 'gone') said.push('The user was taken out.');
  if (user.kind === 'write') said.push('The user was written.');
  if (present.length > 0) said.push(`Memberships added: ${present.length}.`);
  if (absent.length > 0) said.push(`Memberships taken back: ${absent.length}.`);
  const done = said.length > 0;
  if (left.user === 'deleted') said.push("That the user left is told by the users' changes.");
  if (left.user === 'restored') said.push("That the user came back is told by the users' changes.");
  if (left.groupIds.length > 0)
    said.push(`Left to the groups' changes: ${left.groupIds.slice(0, 20).join(', ')}.`);
  if (said.length === 0) said.push('The mirror had all of it.');
  const groups = [...present, ...absent].map(({ groupId }) => groupId);
  return {
    outcome: done ? 'done' : waits.length > 0 ? 'leftToRound' : 'nothingToDo',
    detail: said.join(' '),
    changed: [...changed, ...groups],
  };
}
