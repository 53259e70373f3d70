import type { CompiledSetup } from '../core/people/compile-setup.js';
import type { PersonFacts } from '../core/people/facts.js';
import { present } from '../core/people/present.js';
import type { Presented } from '../core/people/presented.js';
import type { Clock } from './clock.js';

/** Milliseconds of work in one stretch: whatever else the process does waits for so long. */
const STRETCH_MS = 20;

/** A user, and what a setup makes of him or her. */
export interface PresentedFacts {
  readonly facts: PersonFacts;
  readonly presented: Presented;
}

/**
 * What a setup makes of each of these users. A setup may have thousands of rules, so that some hundred users take
 * longer than others should wait: they have their turn in between.
 */
export async function presentEach(
  clock: Pick<Clock, 'monotonic' | 'wait'>,
  compiled: CompiledSetup,
  users: readonly PersonFacts[],
): Promise<PresentedFacts[]> {
  const made: PresentedFacts[] = [];
  let since = clock.monotonic();
  for (const facts of users) {
    made.push({ facts, presented: present(compiled, facts) });
    if (clock.monotonic() - since < STRETCH_MS) continue;
    await clock.wait(0);
    since = clock.monotonic();
  }
  return made;
}
