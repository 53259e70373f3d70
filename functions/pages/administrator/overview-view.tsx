import type { ComponentChildren } from 'preact';
import { Notice } from '../layout.js';
import { sessionPath, type SessionPage } from './addresses.js';
import { ConnectionFacts } from './connection-facts.js';
import type { Visitor } from './door.js';
import { CONSENT_SECTION, Findings, NotExamined } from './findings.js';
import { Frame, SessionForm } from './frame.js';
import { mayDisconnect } from './purposes.js';
import type { OverviewAction, OverviewWords } from './overview-words.js';
import type { ShownFinding } from './work.js';

export interface OverviewProps {
  readonly visitor: Visitor;
  readonly words: OverviewWords;
  readonly issues: readonly ShownFinding[];
  /** False if Microsoft did not answer, so that there may be issues that are not shown. */
  readonly isExamined: boolean;
}

/** One headline with the next step, then what needs attention, then what else this link is for. */
export function Overview({ visitor, words, issues, isExamined }: OverviewProps) {
  const { tenant } = visitor;
  const { tone, headline, next, action } = words;
  return (
    <Frame visitor={visitor} page="overview" title={`Directory of ${tenant.displayName}`}>
      <Notice tone={tone}>
        <p>
          <strong>{headline}</strong>
        </p>
        {next !== '' && <p>{next}</p>}
        {action !== null && <NextStep visitor={visitor} action={action} />}
      </Notice>
      {issues.length > 0 && (
        <section>
          <h2>What needs attention</h2>
          <Findings visitor={visitor} findings={issues} headings="h3" />
        </section>
      )}
      {!isExamined && <NotExamined />}
      <OtherWays visitor={visitor} action={action} />
      <ConnectionFacts tenant={tenant} secretExpired={issues.some(({ code }) => code === 'SecretExpired')} />
      {mayDisconnect(visitor) && tenant.state.kind !== 'awaitingConsent' && (
        <p>
          <a href={sessionPath(tenant.tenantId, 'disconnect')}>Disconnect this directory</a>
        </p>
      )}
    </Frame>
  );
}

const LABELS: Readonly<Record<OverviewAction, string>> = {
  consent: 'Go on to consent',
  credential: 'Enter a client secret',
  read: 'Read now',
  newSetup: 'Make a setup',
  setups: 'Look at the setups',
};

interface NextStepProps {
  readonly visitor: Visitor;
  readonly action: OverviewAction;
}

function NextStep({ visitor, action }: NextStepProps) {
  const { tenant } = visitor;
  switch (action) {
    case 'consent':
      return (
        <div id={CONSENT_SECTION}>
          <SessionForm visitor={visitor} action="consent">
            <button type="submit">{LABELS.consent}</button>
          </SessionForm>
        </div>
      );
    case 'read':
      return (
        <SessionForm visitor={visitor} action="read">
          <button type="submit">{LABELS.read}</button>
        </SessionForm>
      );
    case 'credential':
      return (
        <LinkButton
          visitor={visitor}
          page="credential"
          label={tenant.credential === null ? LABELS.credential : REPLACE}
        />
      );
    case 'newSetup':
      return <LinkButton visitor={visitor} page="new-setup" label={LABELS.newSetup} />;
    case 'setups':
      return <LinkButton visitor={visitor} page="setups" label={LABELS.setups} />;
  }
}

const REPLACE = 'Replace the client secret';

interface LinkButtonProps {
  readonly visitor: Visitor;
  readonly page: SessionPage;
  readonly label: string;
  readonly isSecond?: boolean;
}

function LinkButton({ visitor, page, label, isSecond = false }: LinkButtonProps) {
  return (
    <p>
      <a class={isSecond ? 'button second' : 'button'} href={sessionPath(visitor.tenant.tenantId, page)}>
        {label}
      </a>
    </p>
  );
}

/** What this link may be used for besides the next step. */
function OtherWays({
  visitor,
  action,
}: {
  readonly visitor: Visitor;
  readonly action: OverviewAction | null;
}) {
  const { tenant, purposes } = visitor;
  const { credential, consents } = tenant;
  return (
    <div class="ways">
      {purposes.includes('setup') && action !== 'setups' && action !== 'newSetup' && (
        <Way title="Choose who is synced">
          <p>A setup says who is in, what their groups give them, and which attributes are shared.</p>
          <LinkButton visitor={visitor} page="setups" label={LABELS.setups} isSecond />
        </Way>
      )}
      {purposes.includes('connect') && action !== 'consent' && (
        <Way
          id={CONSENT_SECTION}
          title={consents.length > 0 ? 'Give consent again, or to more' : 'Give consent'}
        >
          <p>
            {credential === null
              ? 'You see first what is asked for and why. Then Microsoft asks whether you allow it.'
              : 'The directory is read with an application of your own, so that no consent is needed.'}
          </p>
          <SessionForm visitor={visitor} action="consent">
            <button type="submit" class="second">
              {LABELS.consent}
            </button>
          </SessionForm>
        </Way>
      )}
      {purposes.includes('credential') && action !== 'credential' && (
        <Way title={credential === null ? 'Use an application of your own' : REPLACE}>
          <p>
            {credential === null
              ? 'Register it in Entra, then enter its id and a client secret here.'
              : 'The new secret is tried first. The old one is in use until the new one works.'}
          </p>
          <LinkButton
            visitor={visitor}
            page="credential"
            label={credential === null ? LABELS.credential : REPLACE}
            isSecond
          />
        </Way>
      )}
    </div>
  );
}

interface WayProps {
  readonly id?: string;
  readonly title: string;
  readonly children: ComponentChildren;
}

function Way({ id, title, children }: WayProps) {
  return (
    <section {...(id === undefined ? {} : { id })}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
