import {
  rowsRemoved,
  type Disconnection,
  type DisconnectionStage,
} from '../../../shared/core/disconnection.js';
import {
  watchDisconnection,
  type WatchDisconnectionPorts,
} from '../../../shared/use-cases/disconnect-tenant/watch-disconnection.js';
import { htmlAnswer } from '../html-answer.js';
import { Layout, Notice } from '../layout.js';
import type { Page } from '../page.js';
import { sessionRoute, tenantIn } from './addresses.js';
import { signedOut, type Door } from './door.js';
import { Instant } from './instant.js';
import { DISCONNECTION_COOKIE } from './session-cookie.js';

/** How far a disconnection is, until it is done, for the browser that asked for it: its session ended with it. */
export function disconnectionPage(ports: WatchDisconnectionPorts, door: Door): Page {
  return {
    name: 'administratorDisconnection',
    method: 'GET',
    path: sessionRoute('disconnection'),
    async answer(call) {
      const tenantId = tenantIn(call.parameters);
      const token = call.cookies.get(DISCONNECTION_COOKIE) ?? '';
      if (tenantId === null || token === '') throw signedOut();
      const operation = await watchDisconnection(ports, tenantId, token);
      if (operation !== null) return htmlAnswer(<Watched operation={operation} />);
      door.failed(call, tenantId);
      throw signedOut();
    },
  };
}

const REFRESH_SECONDS = 3;

const TITLES: Readonly<Record<Disconnection['status'], string>> = {
  Running: 'The directory is being disconnected',
  Succeeded: 'The directory is disconnected',
  Failed: 'The removal has stopped',
};

function Watched({ operation }: { readonly operation: Disconnection }) {
  const { status } = operation;
  return (
    <Layout title={TITLES[status]} {...(status === 'Running' ? { refreshSeconds: REFRESH_SECONDS } : {})}>
      <Outcome operation={operation} />
      {status === 'Running' && <Stages operation={operation} />}
      <dl>
        <dt>Rows removed</dt>
        <dd>{rowsRemoved(operation)}</dd>
        <dt>Notifications from Microsoft ended</dt>
        <dd>{operation.subscriptionsEnded}</dd>
        <Secret operation={operation} />
      </dl>
      <p class="hint">
        Directory <code>{operation.tenantId}</code>,{' '}
        {status === 'Succeeded' ? 'disconnected at ' : 'disconnection started at '}
        <Instant
          at={status === 'Succeeded' ? (operation.endedAt ?? operation.startedAt) : operation.startedAt}
        />
      </p>
    </Layout>
  );
}

function Outcome({ operation: { status, endedAt, warnings } }: { readonly operation: Disconnection }) {
  switch (status) {
    case 'Running':
      return (
        <Notice tone="neutral">
          <p>This page updates itself. The removal goes on if you close it.</p>
        </Notice>
      );
    case 'Succeeded':
      return (
        <Notice tone="good">
          <p>
            Everything was removed
            {endedAt !== null && (
              <>
                , at <Instant at={endedAt} />
              </>
            )}
            . Every table was searched for this directory, and nothing is left.
          </p>
          {warnings.length > 0 && (
            <p>
              Microsoft did not let Rollcall end every notification. They are refused here, and end by
              themselves within days.
            </p>
          )}
          <p>
            To withdraw the permissions too, delete the application in the Entra admin center under Enterprise
            applications.
          </p>
        </Notice>
      );
    case 'Failed':
      return (
        <Notice tone="bad">
          <p>Part of it could not be removed. Nothing is read any more.</p>
          <p>Tell the operator, who can have it continued.</p>
        </Notice>
      );
  }
}

const STAGES = {
  queued: 'wait for a free moment',
  endingSubscriptions: 'end the notifications from Microsoft',
  removingRows: 'remove users, groups, setups and people',
  waiting: 'wait until work that had begun is over, then remove what it wrote',
  removingSecrets: 'remove the client secrets',
  removingTenant: 'remove the connection',
  proving: 'search every table for what may be left',
} as const satisfies Record<DisconnectionStage, string>;

/** What it does now is marked; after waiting it removes a second time, so that nothing before is called done. */
function Stages({ operation: { stage, waitsUntil } }: { readonly operation: Disconnection }) {
  return (
    <ol class="stages">
      {(Object.keys(STAGES) as DisconnectionStage[]).map((each) => (
        <li key={each} {...(each === stage ? { 'aria-current': 'step' as const } : {})}>
          {STAGES[each]}
          {each === stage && ' (now)'}
          {each === stage && waitsUntil !== null && (
            <>
              , until <Instant at={waitsUntil} />
            </>
          )}
        </li>
      ))}
    </ol>
  );
}

function Secret({ operation: { secret } }: { readonly operation: Disconnection }) {
  if (secret.state !== 'deleted') return null;
  return (
    <>
      <dt>Client secrets</dt>
      <dd>
        deleted
        {secret.scheduledPurgeDate !== null && (
          <>
            ; the vault keeps them locked away until <Instant at={secret.scheduledPurgeDate} />
          </>
        )}
      </dd>
    </>
  );
}
