import { effectiveFields } from '../../../../shared/core/setup/presets.js';
import type { SetupAttention } from '../../../../shared/core/setup/setup-attention.js';
import { attentionOf } from '../../../../shared/use-cases/setups/attention-of.js';
import { judgeDraft } from '../../../../shared/use-cases/setups/judge-draft.js';
import { pauseSetup } from '../../../../shared/use-cases/setups/pause-setup.js';
import { startSetup } from '../../../../shared/use-cases/setups/start-setup.js';
import { htmlAnswer, seeOther } from '../../html-answer.js';
import { Notice } from '../../layout.js';
import type { Page } from '../../page.js';
import { setupPath, setupRoute, type SetupPart } from '../addresses.js';
import type { Door } from '../door.js';
import { Frame } from '../frame.js';
import { peopleOf } from './list-page.js';
import { faultsOnPage, type PageFault } from './page-faults.js';
import { ChangeForm } from './parts.js';
import type { SetupPagesDependencies } from './ports.js';
import { noSuchSetup, SEEN, STATE_WORDS, visitSetup, type SetupVisit } from './visit.js';

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
          return await shown(ports, visit, ['It was not started: mend what stands below first.']);
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

const CHANGED = 'Somebody else changed this setup since you opened the page. This is how it is now.';

/** @param said what was wrong with what was asked; nothing for a look */
async function shown(ports: SetupPagesDependencies, visit: SetupVisit, said: readonly string[]) {
  const { tenantId, document } = visit.stored.value;
  const [judged, people, attention] = await Promise.all([
    judgeDraft(ports, tenantId, document),
    peopleOf(ports, visit.stored.value),
    attentionOf(ports, visit.stored.value),
  ]);
  if (judged.kind !== 'judged') throw noSuchSetup();
  const told = new Set(attention.map(({ path }) => path));
  const others = judged.faults.filter(({ path }) => !told.has(path));
  const faults = faultsOnPage(others, visit.visitor.invitedBy);
  const unread = judged.warnings.length > 0;
  const page = <OneSetup {...{ visit, people, said, faults, unread }} attention={attention} />;
  return htmlAnswer(page, said.length === 0 ? {} : { status: 422 });
}

interface OneSetupProps {
  readonly visit: SetupVisit;
  readonly people: string;
  readonly said: readonly string[];
  readonly faults: readonly PageFault[];
  /** Some group could not be looked for yet. */
  readonly unread: boolean;
  readonly attention: readonly SetupAttention[];
}

function OneSetup({ visit, people, said, faults, unread, attention }: OneSetupProps) {
  const { visitor, stored } = visit;
  const { document, state } = stored.value;
  return (
    <Frame visitor={visitor} page="setups" title={document.designation}>
      {said.length > 0 && (
        <Notice tone="bad">
          <p>{said.join(' ')}</p>
        </Notice>
      )}
      <Notice tone={state === 'started' ? 'good' : 'neutral'}>
        <p>
          <strong>This setup is {STATE_WORDS[state]}.</strong> {NEXT[state]}
        </p>
      </Notice>
      {attention.length > 0 && <Attention attention={attention} />}
      {faults.length > 0 && <Faults faults={faults} />}
      {unread && <p>Not all groups were read yet: whether each is there shows once they were.</p>}
      <Facts visit={visit} people={people} />
      <Buttons visit={visit} />
    </Frame>
  );
}

const NEXT = {
  saved: 'Nobody is made or changed until it is started. Look at the preview first.',
  started: 'Changes in the directory are followed; what you change here takes effect at once.',
  paused: 'Its people stay as they are until it is started again.',
  removing: 'Its people are taken out.',
} as const;

const PLACE_WORDS = { group: 'Groups', mapping: 'Mapping', field: 'Attributes', elsewhere: '' } as const;

function Faults({ faults }: { readonly faults: readonly PageFault[] }) {
  return (
    <Notice tone="bad">
      <h2>To be mended</h2>
      <ul>
        {faults.slice(0, 50).map(({ place, message }) => (
          <li key={`${place} ${message}`}>
            {PLACE_WORDS[place] !== '' && <strong>{PLACE_WORDS[place]}:</strong>} {message}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

const MOST_SHOWN = 50;

/** What went missing in the directory while the setup was started. */
function Attention({ attention }: { readonly attention: readonly SetupAttention[] }) {
  return (
    <Notice tone="bad">
      <h2>This setup needs attention</h2>
      <ul>
        {attention.slice(0, MOST_SHOWN).map(({ path, message }) => (
          <li key={path}>{message}</li>
        ))}
      </ul>
      {attention.length > MOST_SHOWN && <p>And {attention.length - MOST_SHOWN} more.</p>}
    </Notice>
  );
}

function Facts({ visit: { stored }, people }: { readonly visit: SetupVisit; readonly people: string }) {
  const { tenantId, setupId, document } = stored.value;
  const { scope, grants, attributes } = document;
  const fields = effectiveFields(attributes);
  const to = (part: SetupPart, label: string) => <a href={setupPath(tenantId, setupId, part)}>{label}</a>;
  const count = scope.groupIds.length;
  return (
    <dl>
      <dt>For</dt>
      <dd>{document.organizationId}</dd>
      <dt>Who is in</dt>
      <dd>
        {scope.kind === 'directory'
          ? 'the whole directory'
          : `members of ${count === 1 ? 'one group' : `${count} groups`}`}
        , {to('groups', 'choose groups')}
      </dd>
      <dt>What groups give</dt>
      <dd>
        {grants.length === 1 ? 'one mapping' : `${grants.length} mappings`}, {to('mappings', 'map groups')}
      </dd>
      <dt>Attributes shared</dt>
      <dd>
        {fields.filter(({ visible }) => visible).length} of {fields.length},{' '}
        {to('fields', 'choose attributes')}
      </dd>
      <dt>People now</dt>
      <dd>
        {people}, {to('numbers', 'see the numbers')}
      </dd>
    </dl>
  );
}

function Buttons({ visit }: { readonly visit: SetupVisit }) {
  const { tenantId, setupId, state } = visit.stored.value;
  return (
    <div class="ways">
      <p>
        <a class="button second" href={setupPath(tenantId, setupId, 'preview')}>
          Preview
        </a>
      </p>
      {(state === 'saved' || state === 'paused') && (
        <ChangeForm visit={visit} part="start">
          <button type="submit">{state === 'saved' ? 'Start' : 'Start again'}</button>
        </ChangeForm>
      )}
      {state === 'started' && (
        <ChangeForm visit={visit} part="pause">
          <button type="submit" class="second">
            Pause
          </button>
        </ChangeForm>
      )}
    </div>
  );
}
