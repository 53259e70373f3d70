import type { DerivedStores } from '../fakes/memory-derived.js';
import { describeHosts } from './hosts-contract.js';
import { describeOutbox } from './outbox-contract.js';
import { describeOverrides } from './overrides-contract.js';
import { describePeople } from './people-contract.js';
import { describeRemovals } from './removals-contract.js';

/** What the stores of what is derived must do. */
export function describeDerived(storesOf: () => DerivedStores, numRuns: number): void {
  describePeople(storesOf);
  describeHosts(storesOf);
  describeOutbox(storesOf, numRuns);
  describeRemovals(storesOf);
  describeOverrides(storesOf);
}
