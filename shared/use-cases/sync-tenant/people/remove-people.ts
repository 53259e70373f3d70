import type { ChangeCause } from '../../../core/people/person-change.js';
import { removedWithSetup } from '../../../core/people/removed-with-setup.js';
import type { Setup } from '../../../core/setup/setup.js';
import type { Session } from '../session.js';

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
  let highest = 0;
  for await (const people of ports.people.scan(fence, setupId, bucket))
    highest = Math.max(highest, ...people.map(({ version }) => version));
  // Before they are gone: the versions of a setup that is made again go on.
  if (highest > 0) await ports.personVersions.raise(fence, setupId, highest);
  await ports.people.clear(fence, setupId, bucket);
  await ports.hosts.clear(fence, setupId, bucket);
}

/** Everything else of a setup that goes, and at last the setup itself. */
export async function clearSetup(session: Session, setupId: string): Promise<void> {
  const { ports, fence, tenantId, keeper } = session;
  await ports.removals.clear(fence, setupId);
  await ports.overrides.clear(fence, setupId);
  await ports.oversizedPeople.clear(fence, setupId);
  await ports.removalDecisions.clear(fence, setupId);
  for (const sync of await ports.personSyncs.all(tenantId))
    if (sync.setupId === setupId) await ports.personSyncs.remove(sync);
  const stored = await ports.setups.get(tenantId, setupId);
  const { organizationId } = await ports.matchingStates.get(tenantId, setupId);
  const organizations = [stored?.value.document.organizationId, organizationId].filter((id) => id != null);
  // Records that the setup had are free: whoever waits for one is told before nothing tells of it any more.
  await ports.recordMatching.leaveOrganizations(fence, [...new Set(organizations)], setupId, () =>
    keeper.renewIfDue(),
  );
  await ports.matchingStates.clear(fence, setupId);
  await ports.setupProgresses.remove(fence, setupId);
  if (stored?.value.state === 'removing') await ports.setups.remove(stored);
}
