import type { TooLarge } from '../core/people/person-size.js';
import type { ListPage, ListRequest } from './mirror.js';
import type { Fence } from './scope.js';

/** A user of whom a setup makes more than is kept of one person: it stays as it was, and does not come where it is new. */
export interface OversizedPerson extends TooLarge {
  readonly setupId: string;
  readonly directoryId: string;
}

/** At most one per user of a setup. Every method may throw Unavailable or Throttled; fenced ones also LeaseLost. */
export interface OversizedPeople {
  get(tenantId: string, setupId: string, directoryId: string): Promise<OversizedPerson | null>;
  /** Of one setup, in the order of the directory ids. */
  list(tenantId: string, setupId: string, request: ListRequest): Promise<ListPage<OversizedPerson>>;
  /** Each takes the place of what stood there of the same user. */
  put(fence: Fence, people: readonly OversizedPerson[]): Promise<void>;
  /** Absent ones are no fault. */
  remove(fence: Fence, setupId: string, directoryIds: readonly string[]): Promise<void>;
  /** Everything of a setup that is no more. */
  clear(fence: Fence, setupId: string): Promise<void>;
}
