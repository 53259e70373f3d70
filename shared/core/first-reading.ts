import type { Resource } from './resource.js';
import type { ResourceState } from './round.js';

/**
 * How far the first read of a directory is.
 * - notRead: no read has begun, none is requested, or the last one gave up
 * - requested: a read is requested and has not begun
 * - reading: the first read is under way; `objects` are the ones read so far
 * - read: users and groups were read completely at least once
 */
export type FirstReading =
  | { readonly kind: 'notRead' }
  | { readonly kind: 'requested' }
  | { readonly kind: 'reading'; readonly objects: Readonly<Record<Resource, number>> }
  | { readonly kind: 'read' };

type States = Readonly<Record<Resource, Pick<ResourceState, 'deltaLink' | 'round' | 'last'>>>;

/** @param isRequested whether a round of either resource is requested */
export function firstReading(states: States, isRequested: boolean): FirstReading {
  const { users, groups } = states;
  if (wasRead(users) && wasRead(groups)) return { kind: 'read' };
  const isUnderWay = [users, groups].some(({ round }) => round !== null && !round.halted);
  if (isUnderWay || (isRequested && (wasRead(users) || wasRead(groups))))
    return { kind: 'reading', objects: { users: objectsOf(users), groups: objectsOf(groups) } };
  return { kind: isRequested ? 'requested' : 'notRead' };
}

/** An expired delta link is dropped, but the mirror it filled is kept. */
function wasRead({ deltaLink, last }: States[Resource]): boolean {
  return deltaLink !== null || last !== null;
}

function objectsOf({ round, last }: States[Resource]): number {
  return round?.objects ?? last?.objects ?? 0;
}
