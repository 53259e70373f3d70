import type { Session } from '../session.js';
import { markSetup } from './load-setups.js';
import type { StartedSetup } from './started-setup.js';

/** Whether groups that the setup names came or went, of those whose presence changed. */
export async function lookForGroups(
  session: Session,
  setup: StartedSetup,
  groupIds: readonly string[],
): Promise<void> {
  const named = groupIds.filter((id) => setup.namedGroups.has(id));
  if (named.length === 0) return;
  const rows = [...(await session.ports.mirror.readGroups(session.fence, named)).values()];
  const live = rows.filter(({ presence }) => presence === 'live').map(({ id }) => id);
  await noteMissing(session, setup, new Set(named), new Set(live));
}

/** A group of the scope that went keeps its people; one that came back has everybody derived anew. */
export async function noteMissing(
  session: Session,
  setup: StartedSetup,
  looked: ReadonlySet<string>,
  live: ReadonlySet<string>,
): Promise<void> {
  if (session.states.groups.deltaLink === null) return;
  const known = setup.progress.missingGroups;
  const missing = [
    ...known.filter((id) => setup.namedGroups.has(id) && !looked.has(id)),
    ...[...looked].filter((id) => !live.has(id)),
  ].sort();
  if (missing.join() === [...known].sort().join()) return;
  await setup.save({ missingGroups: missing });
  if (setup.basis() === setup.progress.basis) return;
  await markSetup(session, setup.id);
  await setup.save({ basis: setup.basis() });
}
