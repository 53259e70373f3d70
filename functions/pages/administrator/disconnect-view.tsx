import type { Setup } from '../../../shared/core/setup/setup.js';
import { Notice } from '../layout.js';
import { sessionPath } from './addresses.js';
import type { Visitor } from './door.js';
import { Frame, SessionForm } from './frame.js';

/** Name of the field for the name of the directory. */
export const CONFIRM = 'confirm';

const SETUPS_NAMED = 10;

interface DisconnectProps {
  readonly visitor: Visitor;
  readonly setups: readonly Setup[];
  /** What is wrong with what was typed; null for nothing. */
  readonly problem: string | null;
}

/** What is removed and what is not, before it happens, and the form that asks for the directory's name. */
export function Disconnect({ visitor, setups, problem }: DisconnectProps) {
  const { tenant } = visitor;
  return (
    <Frame visitor={visitor} page="disconnect" title={`Disconnect ${tenant.displayName}`}>
      <Notice tone="bad">
        <p>
          <strong>Everything that Rollcall keeps of this directory is removed.</strong> This cannot be undone.
        </p>
      </Notice>
      <Removed setups={setups} />
      <Kept visitor={visitor} />
      <SessionForm visitor={visitor} action="disconnect">
        <div class={problem === null ? 'field' : 'field wrong'}>
          <label for={CONFIRM}>Name of the directory</label>
          <p class="hint" id="confirm-hint">
            To confirm, type <strong>{tenant.displayName}</strong>
          </p>
          {problem !== null && (
            <p class="problem" id="confirm-problem" role="alert">
              {problem}
            </p>
          )}
          <input
            type="text"
            id={CONFIRM}
            name={CONFIRM}
            maxLength={1_024}
            autocomplete="off"
            spellcheck={false}
            aria-invalid={problem !== null}
            aria-describedby={problem === null ? 'confirm-hint' : 'confirm-hint confirm-problem'}
          />
        </div>
        <button type="submit" class="danger">
          Disconnect and remove everything
        </button>
      </SessionForm>
      <p>
        <a href={sessionPath(tenant.tenantId, 'overview')}>Back to the overview, nothing is removed</a>
      </p>
    </Frame>
  );
}

function Removed({ setups }: Pick<DisconnectProps, 'setups'>) {
  const names = setups.slice(0, SETUPS_NAMED).map(({ document }) => document.designation);
  const more = setups.length - names.length;
  return (
    <section>
      <h2>What is removed</h2>
      <ul>
        <li>all users, groups and memberships that were read</li>
        {setups.length > 0 && (
          <li>
            {setups.length === 1 ? 'the setup' : `all ${setups.length} setups`}, with people, records and
            history: {names.join(', ')}
            {more > 0 && ` and ${more} more`}
          </li>
        )}
        <li>client secrets, and what was noted of consents</li>
        <li>all links to these pages, and everybody is signed out</li>
      </ul>
    </section>
  );
}

function Kept({ visitor: { invitedBy } }: Pick<DisconnectProps, 'visitor'>) {
  return (
    <section>
      <h2>What is not removed</h2>
      <ul>
        <li>Nothing in Entra is changed: no user, no group.</li>
        <li>
          The permissions at Microsoft: delete the application in the Entra admin center under Enterprise
          applications.
        </li>
        <li>What the product was given before: ask {invitedBy}.</li>
      </ul>
      <p>To stop for a while, pause the setups instead, or ask {invitedBy} to pause the reading.</p>
    </section>
  );
}
