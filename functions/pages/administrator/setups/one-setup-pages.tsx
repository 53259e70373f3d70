import { nameGroups } from '../../../../shared/use-cases/name-groups.js';
import { readFirstReading } from '../../../../shared/use-cases/read-first-reading.js';
import { attentionOf } from '../../../../shared/use-cases/setups/attention-of.js';
import { judgeDraft } from '../../../../shared/use-cases/setups/judge-draft.js';
import { pauseSetup } from '../../../../shared/use-cases/setups/pause-setup.js';
import { startSetup } from '../../../../shared/use-cases/setups/start-setup.js';
import { htmlAnswer, seeOther } from '../../html-answer.js';
import type { Page } from '../../page.js';
import { setupPath, setupRoute } from '../addresses.js';
import type { Door } from '../door.js';
import { peopleOf } from './list-page.js';
import { idsIn } from './named-groups.js';
import { GROUPS_NAMED, OneSetup } from './one-setup-view.js';
import { namesOfOrganizations } from './organization-names.js';
import { faultsOnPage } from './page-faults.js';
import type { SetupPagesDependencies } from './ports.js';
import { noSuchSetup, SEEN, visitSetup, type SetupVisit } from './visit.js';

/** One setup: how it is, the ways to its parts, and its buttons. */
export function oneSetupPages(ports: SetupPagesDependencies, door: Door): Page[] {
  return [look(ports, door), start(ports, door), pause(ports, door)];
}

function look(ports: SetupPagesDependencies, door: Door): Page {
  return {
    name: 'administratorSetup',
    method: 'GET',
    path: setupRoute(),
    async answer(call) {
      return await shown(ports, await visitSetup(ports, door, call, 'look'), []);
    },
  };
}

function start(ports: SetupPagesDependencies, door: Door): Page {
  return {
    name: 'administratorStartSetup',
    method: 'POST',
    path: setupRoute('start'),
    async answer(call) {
      const visit = await visitSetup(ports, door, call, 'form');
      const { tenantId, setupId } = visit.stored.value;
      const seen = call.form.get(SEEN);
      const outcome = await startSetup(ports, tenantId, setupId, (tag) => tag === seen);
      switch (outcome.kind) {
        case 'started':
          return seeOther(setupPath(tenantId, setupId));
        case 'tenantNotFound':
        case 'notFound':
          throw noSuchSetup();
        case 'invalid':
          return await shown(ports, visit, ['It was not started: fix what is listed below first.']);
        case 'preconditionFailed':
          return await shown(ports, visit, [CHANGED]);
        case 'removing':
          return await shown(ports, visit, ['It is being removed.']);
      }
    },
  };
}

function pause(ports: SetupPagesDependencies, door: Door): Page {
  return {
    name: 'administratorPauseSetup',
    method: 'POST',
    path: setupRoute('pause'),
    async answer(call) {
      const visit = await visitSetup(ports, door, call, 'form');
      const { tenantId, setupId } = visit.stored.value;
      // To stop is never wrong, whatever somebody else changed meanwhile.
      const outcome = await pauseSetup(ports, tenantId, setupId, null);
      switch (outcome.kind) {
        case 'paused':
          return seeOther(setupPath(tenantId, setupId));
        case 'tenantNotFound':
        case 'notFound':
          throw noSuchSetup();
        case 'preconditionFailed':
          return await shown(ports, visit, [CHANGED]);
        case 'notStarted':
          return await shown(ports, visit, ['It is not started: there is nothing to pause.']);
      }
    },
  };
}

const CHANGED = 'This setup was changed since you opened the page. This is how it is now.';

/** @param said what was wrong with what was asked; nothing for a look */
async function shown(ports: SetupPagesDependencies, visit: SetupVisit, said: readonly string[]) {
  const { tenantId, document } = visit.stored.value;
  const [judged, people, attention, reading, organizations] = await Promise.all([
    judgeDraft(ports, tenantId, document),
    peopleOf(ports, visit.stored.value),
    attentionOf(ports, visit.stored.value),
    readFirstReading(ports, tenantId),
    namesOfOrganizations(ports, [document.organizationId]),
  ]);
  if (judged.kind !== 'judged') throw noSuchSetup();
  const told = new Set(attention.map(({ path }) => path));
  const others = judged.faults.filter(({ path }) => !told.has(path));
  const faults = faultsOnPage(others, visit.visitor.invitedBy);
  const named = idsIn([...attention, ...faults].map(({ message }) => message));
  const ids = [...document.scope.groupIds.slice(0, GROUPS_NAMED), ...named];
  const names = await nameGroups(ports, visit.visitor.tenant, ids);
  const unread = judged.warnings.length > 0;
  const page = (
    <OneSetup {...{ visit, people, said, faults, unread, reading, organizations, names, attention }} />
  );
  return htmlAnswer(page, said.length === 0 ? {} : { status: 422 });
}
