import { JOBS } from '../../../shared/core/resource.js';
import type { FirstReading } from '../../../shared/core/first-reading.js';
import { readFirstReading } from '../../../shared/use-cases/read-first-reading.js';
import { requestRuns, type RequestRunsPorts } from '../../../shared/use-cases/request-runs.js';
import { htmlAnswer, seeOther } from '../html-answer.js';
import { Notice } from '../layout.js';
import { PageProblem } from '../page-problem.js';
import type { Page } from '../page.js';
import { sessionPath, sessionRoute, setupIn, setupPath } from './addresses.js';
import type { Door, Visitor } from './door.js';
import { Frame, SessionForm } from './frame.js';
import { mayOrThrow } from './purposes.js';

/** The first read of the directory, for links with the purpose `setup`: started like Run Jobs, and how far it is. */
export function readPages(ports: RequestRunsPorts, door: Door): Page[] {
  return [progress(ports, door), start(ports, door)];
}

function progress(ports: RequestRunsPorts, door: Door): Page {
  return {
    name: 'administratorReading',
    method: 'GET',
    path: sessionRoute('read'),
    async answer(call) {
      const visitor = await door.enter(call);
      mayOrThrow(visitor, 'setup');
      const { tenantId } = visitor.tenant;
      const reading = await readFirstReading(ports, tenantId);
      const setupId = setupIn({ setupId: call.query.get(FOR_SETUP) ?? '' });
      return htmlAnswer(<Reading visitor={visitor} reading={reading} setupId={setupId} />);
    },
  };
}

function start(ports: RequestRunsPorts, door: Door): Page {
  return {
    name: 'administratorReadNow',
    method: 'POST',
    path: sessionRoute('read'),
    async answer(call) {
      const visitor = await door.enterByForm(call);
      mayOrThrow(visitor, 'setup');
      const { tenantId } = visitor.tenant;
      const outcome = await requestRuns(ports, tenantId, { jobs: JOBS, full: false });
      switch (outcome.kind) {
        case 'accepted': {
          const setupId = setupIn({ setupId: call.form.get(FOR_SETUP) ?? '' });
          const query = setupId === null ? '' : `?${FOR_SETUP}=${setupId}`;
          return seeOther(`${sessionPath(tenantId, 'read')}${query}`);
        }
        case 'tenantNotFound':
        case 'tenantAwaitingConsent':
        case 'tenantPaused':
        case 'queueUnavailable':
          throw notStarted(outcome.kind, visitor.invitedBy);
      }
    },
  };
}

function notStarted(
  kind: 'tenantNotFound' | 'tenantAwaitingConsent' | 'tenantPaused' | 'queueUnavailable',
  invitedBy: string,
): PageProblem {
  switch (kind) {
    case 'tenantNotFound':
      return new PageProblem(404, 'The directory is not connected here.', `Ask ${invitedBy} for a new link.`);
    case 'tenantAwaitingConsent':
      return new PageProblem(
        409,
        'The directory cannot be read before it is connected.',
        'Go back to the overview, which says how to connect it.',
      );
    case 'tenantPaused':
      return new PageProblem(409, 'Reading is paused.', `Ask ${invitedBy} to resume it.`);
    case 'queueUnavailable':
      return new PageProblem(503, 'The read could not be started now.', 'Try again in a minute.');
  }
}

/** Field and parameter that name the setup from whose preview the administrator came. */
export const FOR_SETUP = 'setup';

const REFRESH_SECONDS = 3;

interface ReadingProps {
  readonly visitor: Visitor;
  readonly reading: FirstReading;
  readonly setupId: string | null;
}

function Reading({ visitor, reading, setupId }: ReadingProps) {
  const { tenantId, state } = visitor.tenant;
  const isUnderWay = reading.kind === 'requested' || reading.kind === 'reading';
  return (
    <Frame
      visitor={visitor}
      page="read"
      title={TITLES[reading.kind]}
      {...(isUnderWay && state.kind !== 'parked' ? { refreshSeconds: REFRESH_SECONDS } : {})}
    >
      {state.kind === 'parked' ? (
        <Notice tone="bad">
          <p>Reading has stopped. {state.reason}</p>
          <p>
            <a href={sessionPath(tenantId, 'overview')}>See on the overview what to do</a>
          </p>
        </Notice>
      ) : (
        <Progress reading={reading} />
      )}
      {reading.kind === 'notRead' && <ReadNow visitor={visitor} setupId={setupId} />}
      {setupId !== null && (
        <p>
          <a href={setupPath(tenantId, setupId, 'preview')}>Go to the preview</a>
        </p>
      )}
      <p>
        <a href={sessionPath(tenantId, 'setups')}>Go to the setups</a>
      </p>
    </Frame>
  );
}

const TITLES: Readonly<Record<FirstReading['kind'], string>> = {
  notRead: 'The directory was not read yet',
  requested: 'The directory is being read',
  reading: 'The directory is being read',
  read: 'The directory was read',
};

function Progress({ reading }: { readonly reading: FirstReading }) {
  switch (reading.kind) {
    case 'notRead':
      return <p>Reading takes from a few seconds to some minutes, and nobody is synced by it.</p>;
    case 'requested':
      return (
        <Notice tone="neutral">
          <p>The read starts within seconds. This page updates itself.</p>
        </Notice>
      );
    case 'reading':
      return (
        <Notice tone="neutral">
          <p>
            So far {reading.objects.users} users and {reading.objects.groups} groups were read. This page
            updates itself; the read goes on if you leave it.
          </p>
        </Notice>
      );
    case 'read':
      return (
        <Notice tone="good">
          <p>Users, groups and memberships are known now. Nobody is synced by that alone.</p>
        </Notice>
      );
  }
}

interface ReadNowProps {
  readonly visitor: Visitor;
  /** The setup to whose preview the next page leads; null for none. */
  readonly setupId: string | null;
}

/** The button that starts the first read. */
export function ReadNow({ visitor, setupId }: ReadNowProps) {
  return (
    <SessionForm visitor={visitor} action="read">
      {setupId !== null && <input type="hidden" name={FOR_SETUP} value={setupId} />}
      <button type="submit">Read now</button>
    </SessionForm>
  );
}
