import type { Setup } from '../../../core/setup/setup.js';
import type { Session } from '../session.js';
import { StartedSetup } from './started-setup.js';

/** The setups of the tenant, and those of them that are started. Where there is none, this is one read. */
export async function loadSetups(
  session: Session,
): Promise<{ readonly setups: readonly Setup[]; readonly started: readonly StartedSetup[] }> {
  const { ports, tenantId, fence } = session;
  const setups = await ports.setups.all(tenantId);
  if (setups.length === 0) return { setups, started: [] };
  const progresses = await ports.setupProgresses.all(tenantId);
  const progressOf = new Map(progresses.map((progress) => [progress.setupId, progress]));
  const started: StartedSetup[] = [];
  for (const setup of setups) {
    const progress = progressOf.get(setup.setupId) ?? null;
    if (setup.state === 'started') {
      const catalog = await ports.catalogEntries.whole(setup.document.organizationId);
      started.push(new StartedSetup(session, setup, catalog, progress));
    } else if (setup.state === 'removing') await markSetup(session, setup.setupId);
    // Whose people stay as they are is derived anew once it is started again.
    else if (progress?.basis != null) await ports.setupProgresses.save(fence, { ...progress, basis: null });
  }
  return { setups, started };
}

/** Everybody of the setup is to be derived anew, or taken out where it is being removed. */
export async function markSetup({ ports, fence }: Session, setupId: string): Promise<void> {
  await ports.marks.put(fence, { kind: 'setup', markId: `setup:${setupId}`, setupId, position: 0 });
}
