import { Failure } from '../../../shared/core/failures.js';
import { BUNDLE_FACTS } from '../../../shared/core/bundle.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import type { Clock } from '../../../shared/ports/clock.js';
import { htmlAnswer } from '../html-answer.js';
import { Notice } from '../layout.js';
import type { Page } from '../page.js';
import { sessionPath, sessionRoute } from './addresses.js';
import type { Door, Visitor } from './door.js';
import { CONSENT_SECTION, Findings, NotExamined } from './findings.js';
import { Frame, SessionForm } from './frame.js';
import { Instant } from './instant.js';
import { tenantWords, type TenantWords } from './tenant-words.js';
import type { Examine, ShownFinding } from './work.js';

export interface OverviewDependencies {
  readonly examine: Examine;
  readonly clock: Clock;
}

type Found = readonly ShownFinding[] | 'unavailable';

/** How the connection is and what to do next, and the doctor's findings in full. */
export function overviewPages(dependencies: OverviewDependencies, door: Door): Page[] {
  return [
    {
      name: 'administratorOverview',
      method: 'GET',
      path: sessionRoute('overview'),
      async answer(call) {
        const visitor = await door.enter(call);
        const found = await examined(dependencies, visitor.tenant);
        const now = dependencies.clock.now();
        return htmlAnswer(<Overview visitor={visitor} found={found} now={now} />);
      },
    },
    {
      name: 'administratorDoctor',
      method: 'GET',
      path: sessionRoute('doctor'),
      async answer(call) {
        const visitor = await door.enter(call);
        return htmlAnswer(<Doctor visitor={visitor} found={await examined(dependencies, visitor.tenant)} />);
      },
    },
  ];
}

/** A tenant that nobody was let into is examined too: a consent may have been given that does not do, or never came back. */
async function examined({ examine }: OverviewDependencies, tenant: Tenant): Promise<Found> {
  try {
    return (await examine(tenant.tenantId)) ?? 'unavailable';
  } catch (failure) {
    if (failure instanceof Failure) return 'unavailable';
    throw failure;
  }
}

interface OverviewProps {
  readonly visitor: Visitor;
  readonly found: Found;
  readonly now: number;
}

function Overview({ visitor, found, now }: OverviewProps) {
  const { tenant, purposes } = visitor;
  const toMend = found === 'unavailable' ? [] : found.filter((each) => isToMend(each, tenant));
  const { tone, standing, next } = withFindings(tenantWords(tenant, purposes, now), toMend);
  return (
    <Frame visitor={visitor} page="overview" title={`Directory of ${tenant.displayName}`}>
      <Notice tone={tone}>
        <p>
          <strong>{standing}</strong>
        </p>
        <p>{next}</p>
      </Notice>
      {toMend.length > 0 && (
        <section>
          <h2>What the doctor found</h2>
          <Findings visitor={visitor} findings={toMend} />
        </section>
      )}
      {found === 'unavailable' && <NotExamined />}
      <Ways visitor={visitor} />
      <Facts tenant={tenant} />
    </Frame>
  );
}

/** That nobody has consented to a new tenant is what its overview says anyway, in kinder words. */
function isToMend({ code, severity }: ShownFinding, { state }: Tenant): boolean {
  if (state.kind === 'awaitingConsent' && NOT_CONNECTED_YET.has(code)) return false;
  return severity !== 'info';
}

const NOT_CONNECTED_YET: ReadonlySet<string> = new Set(['ConsentMissing', 'CredentialMissing']);

/** What was just seen goes before what is on record: nobody is told that all is well above a finding. */
function withFindings(words: TenantWords, toMend: readonly ShownFinding[]): TenantWords {
  if (words.tone === 'bad' || toMend.length === 0) return words;
  if (toMend.some(({ severity }) => severity === 'error'))
    return { ...words, tone: 'bad', next: 'Something is to be mended, see below.' };
  return { ...words, tone: 'neutral', next: 'Something is to be looked at, see below.' };
}

/** What this link may be used for; what is to be done now stands out. */
function Ways({ visitor }: { readonly visitor: Visitor }) {
  const { tenant, purposes } = visitor;
  const connected = tenant.state.kind !== 'awaitingConsent';
  const look = connected ? { class: 'second' } : {};
  return (
    <div class="ways">
      {purposes.includes('connect') && (
        <section id={CONSENT_SECTION}>
          <h2>{connected ? 'Give consent again, or to more' : 'Give consent'}</h2>
          <p>
            {tenant.credential === null
              ? 'You see first what is asked for and why; then Microsoft asks whether you allow it.'
              : 'An application of your own is in use and goes before consent, so that none is needed.'}
          </p>
          <SessionForm visitor={visitor} action="consent">
            <button type="submit" {...look}>
              Go on to consent
            </button>
          </SessionForm>
        </section>
      )}
      {purposes.includes('credential') && (
        <section>
          <h2>
            {tenant.credential === null ? 'Use an application of your own' : 'Replace the client secret'}
          </h2>
          <p>
            {tenant.credential === null
              ? 'Register it in Entra, then enter its id and a client secret here.'
              : 'The new one is tried first; until it works the old one stays in use.'}
          </p>
          <p>
            <a
              class={connected ? 'button second' : 'button'}
              href={sessionPath(tenant.tenantId, 'credential')}
            >
              {tenant.credential === null ? 'Enter a client secret' : 'Replace the client secret'}
            </a>
          </p>
        </section>
      )}
      {purposes.includes('setup') && (
        <section>
          <h2>Choose what is synced</h2>
          <p>Who is in, what their groups give them, and which attributes are shared.</p>
          <p>
            <a class={connected ? 'button' : 'button second'} href={sessionPath(tenant.tenantId, 'setups')}>
              Look at the setups
            </a>
          </p>
        </section>
      )}
    </div>
  );
}

function Facts({ tenant }: { readonly tenant: Tenant }) {
  const { credential, consents, lastOutage, lastSyncedAt } = tenant;
  return (
    <section>
      <h2>The connection</h2>
      <dl>
        <dt>Last read</dt>
        <dd>{lastSyncedAt === null ? 'not yet' : <Instant at={lastSyncedAt} />}</dd>
        {consents.map(({ bundle, grantedAt }) => [
          <dt key={`${bundle} title`}>Consent to {BUNDLE_FACTS[bundle].title.toLowerCase()}</dt>,
          <dd key={bundle}>
            given, <Instant at={grantedAt} />
          </dd>,
        ])}
        {credential !== null && [
          <dt key="app title">Application of your own</dt>,
          <dd key="app">
            <code>{credential.clientId}</code>
          </dd>,
          <dt key="secret title">Client secret</dt>,
          <dd key="secret">
            {credential.secretId === null ? (
              'kept; '
            ) : (
              <>
                id <code>{credential.secretId}</code>;{' '}
              </>
            )}
            {credential.expiresOn === null ? (
              'no date of expiry given'
            ) : (
              <>
                expires <Instant at={credential.expiresOn} />
              </>
            )}
          </dd>,
        ]}
        {lastOutage !== null && [
          <dt key="outage title">Last time that reading stopped</dt>,
          <dd key="outage">
            <Instant at={lastOutage.parkedAt} />
            {lastOutage.backAt === null ? (
              ', until now'
            ) : (
              <>
                {' '}
                until <Instant at={lastOutage.backAt} />
              </>
            )}
            : {lastOutage.reason}
          </dd>,
        ]}
      </dl>
    </section>
  );
}

function Doctor({ visitor, found }: { readonly visitor: Visitor; readonly found: Found }) {
  return (
    <Frame visitor={visitor} page="doctor" title="What the doctor finds">
      {found === 'unavailable' && <NotExamined />}
      {found !== 'unavailable' && <Findings visitor={visitor} findings={found} />}
      <p>
        <a href={sessionPath(visitor.tenant.tenantId, 'doctor')}>Examine again</a>
      </p>
    </Frame>
  );
}
