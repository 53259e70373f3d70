import type { Journal, Outbox } from '../../shared/ports/outbox.js';
import type { Hosts, People } from '../../shared/ports/people.js';
import type { Overrides, Removals } from '../../shared/ports/removals.js';
import { MemoryHosts } from './memory-hosts.js';
import { MemoryJournal } from './memory-journal.js';
import { MemoryOutbox } from './memory-outbox.js';
import { MemoryOverrides } from './memory-overrides.js';
import { MemoryPeople } from './memory-people.js';
import { MemoryRemovals } from './memory-removals.js';

/** The stores of what is derived. */
export interface DerivedStores {
  readonly people: People;
  readonly hosts: Hosts;
  readonly removals: Removals;
  readonly overrides: Overrides;
  readonly outbox: Outbox;
  readonly journal: Journal;
}

/** All of them in memory, over one outbox. */
export function createMemoryDerived(): DerivedStores {
  const outbox = new MemoryOutbox();
  return {
    people: new MemoryPeople(outbox),
    hosts: new MemoryHosts(outbox),
    removals: new MemoryRemovals(),
    overrides: new MemoryOverrides(),
    outbox,
    journal: new MemoryJournal(),
  };
}
