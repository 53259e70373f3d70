import type { FirstReading } from '../../../../shared/core/first-reading.js';
import { effectiveFields } from '../../../../shared/core/setup/presets.js';
import type { Scope } from '../../../../shared/core/setup/setup.js';
import type { SetupAttention } from '../../../../shared/core/setup/setup-attention.js';
import { Notice } from '../../layout.js';
import { setupPath, type SetupPart } from '../addresses.js';
import { Frame } from '../frame.js';
import { NothingRead } from '../nothing-read.js';
import { NAME_UNKNOWN } from './group-search.js';
import { withGroupNames } from './named-groups.js';
import type { PageFault } from './page-faults.js';
import { ChangeForm } from './parts.js';
import { STATE_WORDS, type SetupVisit } from './visit.js';

/** So many groups of the scope are called by their names. */
export const GROUPS_NAMED = 5;

export interface OneSetupProps {
  readonly visit: SetupVisit;
  readonly people: string;
  readonly said: readonly string[];
  readonly faults: readonly PageFault[];
  /** Some group could not be looked for yet. */
  readonly unread: boolean;
  readonly attention: readonly SetupAttention[];
  readonly reading: FirstReading;
  /** What its organization is called, by id. */
  readonly organizations: ReadonlyMap<string, string>;
  /** Names of groups by id, as far as they are known. */
  readonly names: ReadonlyMap<string, string>;
}

/** One setup: how it is, the ways to its parts, and its buttons. */
export function OneSetup(props: OneSetupProps) {
  const { visit, said, faults, unread, attention, reading, names } = props;
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
      <NothingRead visitor={visitor} reading={reading} setupId={stored.value.setupId} />
      {attention.length > 0 && <Attention attention={attention} names={names} />}
      {faults.length > 0 && <Faults faults={faults} names={names} />}
      {unread && <p>Not all groups were read yet: whether each is there shows once they were.</p>}
      <Facts {...props} />
      <Buttons visit={visit} />
    </Frame>
  );
}

const NEXT = {
  saved: 'Nobody is added or changed before it is started. Look at the preview first.',
  started: 'It follows changes in the directory. What you change here takes effect immediately.',
  paused: 'Its people stay as they are until it is started again.',
  removing: 'Its people are being removed.',
} as const;

const PLACE_WORDS = { group: 'Groups', mapping: 'Mapping', field: 'Attributes', elsewhere: '' } as const;

function Faults({ faults, names }: Pick<OneSetupProps, 'faults' | 'names'>) {
  return (
    <Notice tone="bad">
      <h2>To be fixed</h2>
      <ul>
        {faults.slice(0, 50).map(({ place, message }) => (
          <li key={`${place} ${message}`}>
            {PLACE_WORDS[place] !== '' && <strong>{PLACE_WORDS[place]}:</strong>}{' '}
            {withGroupNames(message, names)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

const MOST_SHOWN = 50;

/** What went missing in the directory while the setup was started. */
function Attention({ attention, names }: Pick<OneSetupProps, 'attention' | 'names'>) {
  return (
    <Notice tone="bad">
      <h2>This setup needs attention</h2>
      <ul>
        {attention.slice(0, MOST_SHOWN).map(({ path, message }) => (
          <li key={path}>{withGroupNames(message, names)}</li>
        ))}
      </ul>
      {attention.length > MOST_SHOWN && <p>And {attention.length - MOST_SHOWN} more.</p>}
    </Notice>
  );
}

function Facts({ visit: { stored }, people, organizations, names }: OneSetupProps) {
  const { tenantId, setupId, document } = stored.value;
  const { scope, grants, attributes } = document;
  const fields = effectiveFields(attributes);
  const to = (part: SetupPart, label: string) => <a href={setupPath(tenantId, setupId, part)}>{label}</a>;
  return (
    <dl>
      <dt>For</dt>
      <dd>{organizations.get(document.organizationId) ?? document.organizationId}</dd>
      <dt>Who is in</dt>
      <dd>
        {whoIsIn(scope, names)}, {to('groups', 'choose groups')}
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
        {people}, {to('people', 'see the people')}, {to('numbers', 'see the numbers')}
      </dd>
    </dl>
  );
}

function whoIsIn({ kind, groupIds }: Scope, names: ReadonlyMap<string, string>): string {
  if (kind === 'directory') return 'everybody in the directory';
  const called = groupIds.slice(0, GROUPS_NAMED).map((id) => names.get(id) ?? NAME_UNKNOWN);
  const more = groupIds.length - called.length;
  return `members of ${called.join(', ')}${more > 0 ? ` and of ${more} more groups` : ''}`;
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
