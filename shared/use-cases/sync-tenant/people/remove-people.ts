import type { ChangeCause } from '../../../core/people/person-change.js';
import { removedWithSetup } from '../../../core/people/removed-with-setup.js';
import type { Setup } from '../../../core/setup/setup.js';
import type { Session } from '../session.js';
import { markSetup } from './load-setups.js';

/**
 * Removes the people and hosts in one bucket of a setup that goes, as the product is told of any other removal; those
 * who are removed already stay as they are. Their rows are cleared once that was published.
 */
export async function removePeople(
  { ports, fence, keeper }: Session,
  setup: Setup,
  bucket: number,
  cause: ChangeCause,
): Promise<void> {
  const { setupId } = setup;
  for await (const people of ports.people.scan(fence, setupId, bucket)) {
    await keeper.renewIfDue();
    const changes = people.flatMap((person) => removedWithSetup(setup.document, person, cause.at) ?? []);
    if (changes.length > 0) await ports.people.write(fence, changes, cause);
  }
  for await (const hosts of ports.hosts.scan(fence, setupId, bucket)) {
    await keeper.renewIfDue();
    await ports.hosts.write(fence, { added: [], removed: hosts }, cause);
  }
}

/** What lies in one bucket of a setup that goes; to be called once all of its outbox was published. */
export async function clearPeople({ ports, fence }: Session, setupId: string, bucket: number): Promise<void> {
  await ports.people.clear(fence, setupId, bucket);
  await ports.hosts.clear(fence, setupId, bucket);
}

/** Everything else of a setup that goes, and at last the setup itself. */
export async function clearSetup(session: Session, setupId: string): Promise<void> {
  const { ports, fence, tenantId } = session;
  await ports.removals.clear(fence, setupId);
  await ports.overrides.clear(fence, setupId);
  await ports.oversizedPeople.clear(fence, setupId);
  await ports.removalDecisions.clear(fence, setupId);
  await ports.matchingStates.clear(fence, setupId);
  await ports.setupProgresses.remove(fence, setupId);
  const stored = await ports.setups.get(tenantId, setupId);
  if (stored !== null) await markThoseWaiting(session, stored.value);
  if (stored?.value.state === 'removing') await ports.setups.remove(stored);
}

/** Records that the setup had tied are free: other setups of the organization may have waited for them. */
async function markThoseWaiting(session: Session, gone: Setup): Promise<void> {
  const { ports, tenantId } = session;
  for (const { setupId, state, document } of await ports.setups.all(tenantId)) {
    if (setupId === gone.setupId || state !== 'started') continue;
    if (document.organizationId !== gone.document.organizationId) continue;
    const { isActive } = await ports.matchingStates.get(tenantId, setupId);
    if (isActive) await markSetup(session, setupId);
  }
}
