import { changedNames } from '../../../core/people/changed-names.js';
import type { Person } from '../../../core/people/person.js';
import type { PersonSync } from '../../../core/person-sync.js';
import { consumePageMarks } from '../consume-marks.js';
import type { PeopleWork } from '../people/people-work.js';
import type { StartedSetup } from '../people/started-setup.js';
import type { Session } from '../session.js';
import type { Told, Trace } from './trace.js';

/** Derives the person of every started setup, lets the guard judge where it leads to a removal, and publishes. */
export async function derivePersonNow(
  session: Session,
  people: PeopleWork,
  trace: Trace,
  { setupId, directoryId }: PersonSync,
): Promise<void> {
  people.mirrorChanged();
  const before = await peopleOf(session, people, directoryId);
  const from = session.ports.clock.monotonic();
  await consumePageMarks(session, people);
  const inTime = await people.deriveOne(directoryId);
  const milliseconds = session.ports.clock.monotonic() - from;
  for (const setup of people.startedSetups) {
    const after = await personOf(session, setup, directoryId);
    const told = inTime ? toldOf(setup, before.get(setup.id) ?? null, after) : OUT_OF_TIME;
    trace.add('derive', { setupId: setup.id, ...told }, milliseconds);
  }
  if (!people.startedSetups.some(({ id }) => id === setupId))
    trace.add('derive', {
      outcome: 'refused',
      setupId,
      detail: 'The setup is not started: nobody of it is written.',
    });
  await judge(session, people, trace, directoryId);
  await publish(people, trace);
}

const OUT_OF_TIME: Told = {
  outcome: 'leftToRound',
  detail: 'The job has used up its time: the next one goes on.',
};

async function peopleOf(
  session: Session,
  people: PeopleWork,
  directoryId: string,
): Promise<Map<string, Person | null>> {
  const found = new Map<string, Person | null>();
  for (const setup of people.startedSetups) found.set(setup.id, await personOf(session, setup, directoryId));
  return found;
}

async function personOf(session: Session, { id }: StartedSetup, directoryId: string): Promise<Person | null> {
  const { ports, fence } = session;
  return (await ports.people.read(fence, id, [directoryId])).get(directoryId) ?? null;
}

function toldOf(setup: StartedSetup, before: Person | null, after: Person | null): Told {
  if (setup.readiness === 'waiting')
    return {
      outcome: 'leftToRound',
      detail: 'The setup waits until everything that could exclude somebody was read once.',
    };
  const partly = setup.readiness === 'partial' ? ' Until everything was read once nobody is removed.' : '';
  if (after === null) return { outcome: 'nothingToDo', detail: `No person of the setup.${partly}` };
  const changed = changedNames(before, after);
  if (changed.length === 0 && after.removalHeld)
    return {
      outcome: 'held',
      detail: `The removal guard holds the removal of the person as before.${partly}`,
    };
  if (changed.length === 0) return { outcome: 'nothingToDo', detail: `The person is as before.${partly}` };
  const what = before === null ? 'The person was created' : 'The person was written';
  return { outcome: 'done', detail: `${what}: ${after.status}, ${after.statusReason}.${partly}`, changed };
}

/** Only where it is about this person: what else was staged is judged when the job has found everything. */
async function judge(session: Session, people: PeopleWork, trace: Trace, directoryId: string): Promise<void> {
  const staged: StartedSetup[] = [];
  for (const setup of people.startedSetups)
    if ((await setup.stagedRemovals()).get(directoryId)?.kind === 'staged') staged.push(setup);
  if (staged.length === 0) return;
  const judged = await people.judge();
  for (const setup of staged) {
    if (!judged) {
      trace.add('guard', { ...NOT_JUDGED, setupId: setup.id });
      continue;
    }
    const held = (await setup.stagedRemovals()).get(directoryId)?.kind === 'held';
    const after = await personOf(session, setup, directoryId);
    const detail = held
      ? 'The removal guard holds the removal until an operator decides.'
      : `The removal guard let the removal pass: ${after?.status ?? 'removed'}.`;
    trace.add('guard', { outcome: held ? 'held' : 'done', setupId: setup.id, detail });
  }
}

const NOT_JUDGED: Told = {
  outcome: 'leftToRound',
  detail: 'The removal is judged once the directory is read to the end and everything was derived from it.',
};

async function publish(people: PeopleWork, trace: Trace): Promise<void> {
  await trace.during('publish', async () => {
    const hadSome = people.outboxLeft;
    if (hadSome) await people.relay();
    return [publishedWords(hadSome, people.outboxLeft), null];
  });
}

function publishedWords(hadSome: boolean, moreIsLeft: boolean): Told {
  if (!hadSome) return { outcome: 'nothingToDo', detail: 'There was nothing to publish.' };
  return moreIsLeft
    ? { outcome: 'leftToRound', detail: 'More waits to be published: the next job does so.' }
    : { outcome: 'done', detail: 'What changed is in the change feed.' };
}
