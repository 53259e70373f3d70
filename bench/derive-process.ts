import { compileSetup } from '../shared/core/people/compile-setup.js';
import type { PersonFacts } from '../shared/core/people/facts.js';
import { nextPerson } from '../shared/core/people/next-person.js';
import type { Person } from '../shared/core/people/person.js';
import { present } from '../shared/core/people/present.js';
import { handOver } from './child-process.js';
import { emptyCatalog, factsOfUser, largeSetup } from './derive-world.js';

/*
 * Derives 100,000 people, once as new ones and once more unchanged, in batches: making the directory is no part of
 * the time. Nothing is stored.
 */
const PEOPLE = 100_000;
/** As many as a job derives at once. */
const BATCH = 200;
const NOW = '2026-06-01T00:00:00.000Z';

const compiled = compileSetup(largeSetup(), emptyCatalog);

function derive(facts: readonly PersonFacts[], previous: readonly Person[]): Person[] {
  return facts.flatMap((one, index) => {
    const before = previous[index] ?? null;
    const beside = { tie: null, mayRemove: 'askGuard', isKept: false, now: NOW } as const;
    const known = { directoryId: one.directoryId, previous: before, ...beside };
    const next = nextPerson(compiled, present(compiled, one), known);
    return next.kind === 'write' ? [next.change.after] : [];
  });
}

let [seconds, againSeconds, made, changed, grants] = [0, 0, 0, 0, 0];
for (let first = 0; first < PEOPLE; first += BATCH) {
  const facts = Array.from({ length: BATCH }, (_, n) => factsOfUser(first + n));
  const begin = performance.now();
  const people = derive(facts, []);
  const between = performance.now();
  changed += derive(facts, people).length;
  againSeconds += (performance.now() - between) / 1000;
  seconds += (between - begin) / 1000;
  made += people.length;
  for (const { roles, memberships } of people) grants += roles.length + memberships.length;
}
if (made !== PEOPLE || changed !== 0)
  throw new Error(`Derived ${made} of ${PEOPLE} people, and ${changed} of them changed without a reason.`);
handOver({ people: PEOPLE, seconds, againSeconds, grantsPerPerson: grants / PEOPLE });
