import { Failure, LeaseLost, Throttled } from '../../../core/failures.js';
import { hasEnded, isDue, MOST_ATTEMPTS, type PersonSync } from '../../../core/person-sync.js';
import type { PersonPlan } from '../../../core/plan-person.js';
import type { PeopleWork } from '../people/people-work.js';
import type { Session } from '../session.js';
import { derivePersonNow } from './derive-person.js';
import { PersonSyncRow, wakeForPerson } from './person-sync-row.js';
import { readFromDirectory } from './read-from-directory.js';
import { Trace } from './trace.js';
import { updateMirror } from './update-mirror.js';

/** Serves what was asked for about single persons, before anything else that the job does. */
export async function servePersonSyncs(session: Session, people: PeopleWork): Promise<void> {
  const { personSyncs } = session.ports;
  for (const sync of await personSyncs.all(session.tenantId)) {
    if (!isDue(sync, session.now())) continue;
    // Its own message may have been the one that woke this job.
    if (session.budgetSpent) return wakeForPerson(session, session.settings.continuationDelayMs);
    await session.keeper.renewIfDue();
    await serve(session, people, sync);
  }
}

const GAVE_UP = { code: 'GaveUp', message: 'It was begun several times and never came to its end.' };

async function serve(session: Session, people: PeopleWork, asked: PersonSync): Promise<void> {
  const row = new PersonSyncRow(session, asked);
  const trace = new Trace(session.ports.clock, hasEnded(asked));
  if (asked.attempts >= MOST_ATTEMPTS) {
    trace.add('begin', { outcome: 'failed', detail: GAVE_UP.message });
    return row.failed(trace, GAVE_UP);
  }
  await row.begin();
  try {
    const plan = await syncOne(session, people, row, trace);
    await row.done(trace, errorOf(trace, asked), plan);
  } catch (failure) {
    if (!(failure instanceof Failure) || failure instanceof LeaseLost) throw failure;
    await row.failed(trace, { code: capitalized(failure.kind), message: failure.message });
    // Until the time that Graph named, nobody shall ask it.
    if (failure instanceof Throttled) throw failure;
  }
}

async function syncOne(
  session: Session,
  people: PeopleWork,
  row: PersonSyncRow,
  trace: Trace,
): Promise<PersonPlan> {
  const { states } = session;
  const { round } = states.users;
  const known = round?.kind === 'full' ? round.attributes : states.users.attributes;
  const attributes = known.length > 0 ? known : people.selection('users');
  const read = await readFromDirectory(session, trace, row.sync.directoryId, attributes);
  const plan = await updateMirror(session, trace, row, read);
  await derivePersonNow(session, people, trace, row.sync);
  session.progressed = true;
  return plan;
}

function errorOf(trace: Trace, { setupId }: PersonSync): PersonSync['error'] {
  const refused = trace.steps.find((step) => step.step === 'derive' && step.outcome === 'refused');
  return refused?.setupId === setupId ? { code: 'SetupNotStarted', message: refused.detail } : null;
}

function capitalized(kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}
