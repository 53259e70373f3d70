import { RESOURCES, type Resource } from '../resource.js';
import type { ResourceState } from '../round.js';

/**
 * The instant whose directory the mirror holds at least, ISO 8601 UTC: whatever changed before is there. It is when the
 * last round of the resource began that was completed, or the round under way where that is the first. Null where
 * nothing was read.
 */
export function asOfResource({ last, round }: Pick<ResourceState, 'last' | 'round'>): string | null {
  return last?.beganAt ?? round?.beganAt ?? null;
}

/** The same of all resources together: the earliest of those that were read at all. */
export function asOfAll(states: Readonly<Record<Resource, ResourceState>>): string | null {
  const instants = RESOURCES.flatMap((resource) => asOfResource(states[resource]) ?? []);
  return instants.length === 0 ? null : instants.reduce((a, b) => (a < b ? a : b));
}
