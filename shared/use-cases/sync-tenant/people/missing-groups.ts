import { hidesMembers, holdsHidden } from '../../../core/hidden-membership.js';
import type { SetupProgress } from '../../../ports/setup-progress.js';
import type { WholeGraph } from '../../../ports/whole-graph.js';
import type { Session } from '../session.js';
import { markSetup } from './load-setups.js';
import type { StartedSetup } from './started-setup.js';

/** Whether groups that the setup names came, went or hide their members, of those whose presence changed. */
export async function lookForGroups(
  session: Session,
  setup: StartedSetup,
  groupIds: readonly string[],
): Promise<void> {
  const named = groupIds.filter((id) => setup.namedGroups.has(id));
  if (named.length === 0) return;
  const rows = [...(await session.ports.mirror.readGroups(session.fence, named)).values()];
  const live = rows.filter(({ presence }) => presence === 'live');
  // Whether one of these hides members no more is for `lookBeneath`, which sees the groups beneath too.
  const hidden = new Set([...setup.progress.hiddenGroups, ...live.filter(hidesMembers).map(({ id }) => id)]);
  await note(session, setup, { looked: new Set(named), live: new Set(live.map(({ id }) => id)), hidden });
}

/** The same of all groups that the setup names. */
export async function noteGroups(session: Session, setup: StartedSetup, graph: WholeGraph): Promise<void> {
  const { namedGroups } = setup;
  await note(session, setup, {
    looked: namedGroups,
    live: graph.liveGroups,
    hidden: graph.hidingGroups(),
  });
}

/** Records which groups that the setup names hide members, themselves or beneath. */
export async function noteHidden(
  session: Session,
  setup: StartedSetup,
  hidden: ReadonlySet<string>,
): Promise<void> {
  await note(session, setup, { looked: new Set(), live: new Set(), hidden });
}

/** A group of the scope that went keeps its people; one that came back has everybody derived again. */
async function note(
  session: Session,
  setup: StartedSetup,
  found: {
    readonly looked: ReadonlySet<string>;
    readonly live: ReadonlySet<string>;
    readonly hidden: ReadonlySet<string>;
  },
): Promise<void> {
  const { groups } = session.states;
  if (groups.deltaLink === null) return;
  const { namedGroups, progress } = setup;
  const missing = [
    ...progress.missingGroups.filter((id) => namedGroups.has(id) && !found.looked.has(id)),
    ...[...found.looked].filter((id) => !found.live.has(id)),
  ];
  const hidden = holdsHidden(groups) ? [] : [...found.hidden].filter((id) => namedGroups.has(id));
  const change = { missingGroups: missing.sort(), hiddenGroups: hidden.sort() };
  if (sameGroups(progress, change)) return;
  await setup.save(change);
  if (setup.basis() === setup.progress.basis) return;
  await markSetup(session, setup.id);
  await setup.save({ basis: setup.basis() });
}

type Groups = Pick<SetupProgress, 'missingGroups' | 'hiddenGroups'>;

function sameGroups(a: Groups, b: Groups): boolean {
  const text = ({ missingGroups, hiddenGroups }: Groups): string =>
    JSON.stringify([[...missingGroups].sort(), [...hiddenGroups].sort()]);
  return text(a) === text(b);
}
