import type { Setup } from '../../../core/setup/setup.js';
import { removalMarkId } from '../../../core/mark.js';
import type { Session } from '../session.js';
import { StartedSetup } from './started-setup.js';

export interface LoadedSetups {
  readonly setups: readonly Setup[];
  readonly started: readonly StartedSetup[];
  /** Those that are not, and whose users are matched to records all the same. */
  readonly reviewed: readonly StartedSetup[];
}

/** The setups of the tenant, and those of them that a job works with. If there is none, this is one read. */
export async function loadSetups(session: Session): Promise<LoadedSetups> {
  const { ports, tenantId, fence } = session;
  const setups = await ports.setups.all(tenantId);
  if (setups.length === 0) return { setups, started: [], reviewed: [] };
  const progresses = await ports.setupProgresses.all(tenantId);
  const progressOf = new Map(progresses.map((progress) => [progress.setupId, progress]));
  const [started, reviewed]: [StartedSetup[], StartedSetup[]] = [[], []];
  for (const setup of setups) {
    if (setup.state === 'removing') {
      await markRemoval(session, setup.setupId);
      continue;
    }
    const progress = progressOf.get(setup.setupId) ?? null;
    const isStarted = setup.state === 'started';
    // Whose people stay as they are is derived anew once it is started again.
    if (!isStarted && progress?.basis != null)
      await ports.setupProgresses.save(fence, { ...progress, basis: null });
    if (!isStarted && !(await ports.recordMatching.hasRecords(tenantId, setup.setupId))) continue;
    const catalog = await ports.catalogEntries.whole(setup.document.organizationId);
    (isStarted ? started : reviewed).push(new StartedSetup(session, setup, catalog, progress));
  }
  return { setups, started, reviewed };
}

/** The setup is to be removed: a mark of its own, which is not set back by jobs that look what there is to do. */
async function markRemoval({ ports, fence }: Session, setupId: string): Promise<void> {
  await ports.marks.ensure(fence, { kind: 'setup', markId: removalMarkId(setupId), setupId, position: 0 });
}

/** Everybody of the setup is to be derived again. */
export async function markSetup({ ports, fence }: Session, setupId: string): Promise<void> {
  await ports.marks.put(fence, { kind: 'setup', markId: `setup:${setupId}`, setupId, position: 0 });
}
