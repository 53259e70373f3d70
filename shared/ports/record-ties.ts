import type { RecordTie } from '../core/people/facts.js';
import type { Setup } from '../core/setup/setup.js';
import type { TenantScope } from './scope.js';

/** Which records of the product people are tied to. May throw Unavailable or Throttled. */
export interface RecordTies {
  /** By directory id; who is tied to none is left out. */
  read(
    scope: TenantScope,
    setup: Setup,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, RecordTie>>;
}
