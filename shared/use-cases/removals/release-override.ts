import type { Overrides } from '../../ports/removals.js';
import type { DecidePorts } from './decide-held.js';

export type ReleaseOverrideOutcome =
  { readonly kind: 'released' } | { readonly kind: 'tenantNotFound' | 'setupNotFound' | 'overrideNotFound' };

/**
 * Ends an override: a job derives the person again, and a removal that follows is judged by the guard like any other.
 * @throws Unavailable, Throttled
 */
export async function releaseOverride(
  ports: Omit<DecidePorts, 'removals'> & { readonly overrides: Pick<Overrides, 'get'> },
  key: { readonly tenantId: string; readonly setupId: string; readonly overrideId: string },
  decidedBy: string,
): Promise<ReleaseOverrideOutcome> {
  const { tenantId, setupId, overrideId } = key;
  if ((await ports.tenants.get(tenantId)) === null) return { kind: 'tenantNotFound' };
  if ((await ports.setups.get(tenantId, setupId)) === null) return { kind: 'setupNotFound' };
  const override = await ports.overrides.get(tenantId, setupId, overrideId);
  if (override === null) return { kind: 'overrideNotFound' };
  const decidedAt = new Date(ports.clock.now()).toISOString();
  await ports.removalDecisions.add(tenantId, {
    decisionId: `${decidedAt}.${ports.chance.newId()}`,
    setupId,
    kind: 'release',
    directoryIds: [override.directoryId],
    decidedBy,
    decidedAt,
  });
  await ports.setupWork.requested(tenantId, setupId);
  return { kind: 'released' };
}
