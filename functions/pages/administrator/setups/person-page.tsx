import {
  explainPerson,
  type ExplainPersonOutcome,
} from '../../../../shared/use-cases/people/explain-person.js';
import { readPerson } from '../../../../shared/use-cases/people/read-person.js';
import { readUser } from '../../../../shared/use-cases/read-user.js';
import { htmlAnswer } from '../../html-answer.js';
import { PageProblem } from '../../page-problem.js';
import type { Page } from '../../page.js';
import { personIn, personRoute } from '../addresses.js';
import type { Door } from '../door.js';
import { namesOfGifts } from './gifts.js';
import { nameOfUser } from './people-found.js';
import { giftOf } from './person-grants.js';
import { OnePerson } from './person-view.js';
import type { SetupPagesDependencies } from './ports.js';
import { visitSetup, type SetupVisit } from './visit.js';

/** Why one user of the directory is in a setup or not, and what the setup makes of the user. */
export function personPage(ports: SetupPagesDependencies, door: Door): Page {
  return {
    name: 'administratorPersonOfSetup',
    method: 'GET',
    path: personRoute(),
    async answer(call) {
      const visit = await visitSetup(ports, door, call, 'look');
      const { tenantId, setupId, document } = visit.stored.value;
      const directoryId = personIn(call.parameters);
      if (directoryId === null) throw noSuchPerson();
      const { explanation, exact } = foundOrThrow(await explainPerson(ports, tenantId, setupId, directoryId));
      const gifts = explanation.grants.flatMap(({ grant }) => giftOf(grant) ?? []);
      const [name, giftNames] = await Promise.all([
        nameOf(ports, visit, directoryId),
        namesOfGifts(ports, document.organizationId, gifts),
      ]);
      return htmlAnswer(<OnePerson {...{ visit, name, explanation, exact, giftNames }} />);
    },
  };
}

function foundOrThrow(outcome: ExplainPersonOutcome): Extract<ExplainPersonOutcome, { kind: 'found' }> {
  switch (outcome.kind) {
    case 'found':
      return outcome;
    case 'notMirrored':
      throw new PageProblem(
        409,
        'The members of the groups of this setup were not read yet.',
        'Look again in a few minutes.',
      );
    case 'personNotFound':
    case 'setupNotFound':
    case 'tenantNotFound':
      throw noSuchPerson();
  }
}

function noSuchPerson(): PageProblem {
  return new PageProblem(
    404,
    'There is no such person in this setup, and no such user in the directory.',
    'Go back and choose somebody of the list.',
  );
}

/** As the setup has it, else as the directory has it. */
async function nameOf(
  ports: SetupPagesDependencies,
  { stored }: SetupVisit,
  directoryId: string,
): Promise<string> {
  const { tenantId, setupId } = stored.value;
  const user = await readUser(ports, tenantId, directoryId, false);
  if (user.kind === 'found') return nameOfUser(user.user.attributes);
  const person = await readPerson(ports, tenantId, setupId, directoryId);
  return (person.kind === 'found' ? person.person.displayName : null) ?? 'Somebody who is gone';
}
