import { Failure, LeaseLost, Throttled } from '../../../core/failures.js';
import { JOB_VERSION } from '../../../core/job.js';
import {
  hasEnded,
  isDue,
  MOST_ATTEMPTS,
  SECOND_LOOK_MS,
  type PersonSync,
} from '../../../core/person-sync.js';
import type { PersonPlan } from '../../../core/plan-person.js';
import type { PeopleWork } from '../people/people-work.js';
import { scheduleAgain } from '../schedule.js';
import type { Session } from '../session.js';
import { derivePersonNow } from './derive-person.js';
import { readFromDirectory } from './read-from-directory.js';
import { Trace } from './trace.js';
import { updateMirror } from './update-mirror.js';

/** Serves what was asked for about single persons, before anything else that the job does. */
export async function servePersonSyncs(session: Session, people: PeopleWork): Promise<void> {
  const { personSyncs } = session.ports;
  for (const sync of await personSyncs.all(session.tenantId)) {
    if (!isDue(sync, session.now())) continue;
    // Its own message may have been the one that woke this job.
    if (session.budgetSpent) return wakeLater(session, session.settings.continuationDelayMs);
    await session.keeper.renewIfDue();
    await serve(session, people, sync);
  }
}

async function serve(session: Session, people: PeopleWork, asked: PersonSync): Promise<void> {
  const { personSyncs, clock } = session.ports;
  const secondLook = hasEnded(asked);
  const begun: PersonSync = {
    ...asked,
    attempts: asked.attempts + 1,
    ...(secondLook ? {} : { status: 'Running', steps: [] }),
  };
  const trace = new Trace(clock, secondLook);
  if (asked.attempts >= MOST_ATTEMPTS) {
    trace.add('begin', {
      outcome: 'failed',
      detail: 'It was begun several times and never came to its end.',
    });
    const error = { code: 'GaveUp', message: 'It was begun several times and never came to its end.' };
    return personSyncs.save(ended(session, asked, trace, secondLook ? asked.error : error));
  }
  await personSyncs.save(begun);
  try {
    const plan = await syncOne(session, people, begun, trace);
    const error = secondLook ? asked.error : errorOf(trace, begun);
    await end(session, { ...ended(session, begun, trace, error), ...lookAgain(session, plan) });
  } catch (failure) {
    if (!(failure instanceof Failure) || failure instanceof LeaseLost) throw failure;
    const error = { code: capitalized(failure.kind), message: failure.message };
    await personSyncs.save(ended(session, begun, trace, secondLook ? asked.error : error));
    // Until the time that Graph named, nobody shall ask it.
    if (failure instanceof Throttled) throw failure;
  }
}

async function syncOne(
  session: Session,
  people: PeopleWork,
  sync: PersonSync,
  trace: Trace,
): Promise<PersonPlan> {
  const { states } = session;
  const { round } = states.users;
  const known = round?.kind === 'full' ? round.attributes : states.users.attributes;
  const attributes = known.length > 0 ? known : people.selection('users');
  const read = await readFromDirectory(session, trace, sync.directoryId, attributes);
  const plan = await updateMirror(session, trace, sync, { read, secondLook: hasEnded(sync) });
  await derivePersonNow(session, people, trace, sync);
  session.progressed = true;
  return plan;
}

function errorOf(trace: Trace, { setupId }: PersonSync): PersonSync['error'] {
  const refused = trace.steps.find((step) => step.step === 'derive' && step.outcome === 'refused');
  return refused?.setupId === setupId ? { code: 'SetupNotStarted', message: refused.detail } : null;
}

function ended(session: Session, sync: PersonSync, trace: Trace, error: PersonSync['error']): PersonSync {
  return {
    ...sync,
    status: error === null ? 'Succeeded' : 'Failed',
    error,
    steps: [...sync.steps, ...trace.steps],
    endedAt: sync.endedAt ?? session.now(),
    attempts: 0,
    secondLookAt: null,
  };
}

/** What was changed is read once more: see `planPerson`. */
function lookAgain(session: Session, plan: PersonPlan): Partial<PersonSync> {
  const { user, present, brought } = plan;
  if (user.kind === 'same' && present.length === 0) return { brought };
  const at = session.ports.clock.now() + SECOND_LOOK_MS;
  return { brought, secondLookAt: new Date(at).toISOString() };
}

async function end(session: Session, sync: PersonSync): Promise<void> {
  await session.ports.personSyncs.save(sync);
  if (sync.secondLookAt !== null) await wakeLater(session, SECOND_LOOK_MS);
}

async function wakeLater({ ports, tenantId }: Session, delayMs: number): Promise<void> {
  const job = { version: JOB_VERSION, kind: 'continue', tenantId, attempt: 0, reason: 'person' } as const;
  await scheduleAgain(ports, job, 0, delayMs);
}

function capitalized(kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}
