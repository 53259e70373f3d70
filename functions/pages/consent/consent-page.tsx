import { BUNDLE_FACTS } from '../../../shared/core/bundle.js';
import type { AskProgress, ConsentAsk } from '../../../shared/core/consent-request.js';
import type { OpenedRequest } from '../../../shared/use-cases/obtain-consent/read-consent-request.js';
import type { KeptData } from '../../../shared/core/kept-attributes.js';
import { Inviter } from '../branding.js';
import { Layout } from '../layout.js';
import { Standing } from './standing.js';

export interface ConsentPageProps {
  readonly opened: OpenedRequest;
  /** Host of this app, by which an administrator may recognise who asks. */
  readonly host: string;
  /** Where the data is kept; null where the deployment does not say. */
  readonly dataRegion: string | null;
  /** The administrator's overview that this browser came from; null where it came by the link alone. */
  readonly overview: string | null;
  /** Attributes of users that the directory's setups add, in words. */
  readonly ofSetups: readonly string[];
}

/** Field of the form that says the tenant is not the right one. */
export const SIGN_IN_AGAIN = 'signInAgain';

/** How often a page that waits asks again, seconds. */
const REFRESH_SECONDS = 3;

/** The page before the login service and after it: what is asked, why, how far it is, and the one thing to do. */
export function ConsentPage({ opened, host, dataRegion, overview, ofSetups }: ConsentPageProps) {
  const { request, tenant, proving, standing } = opened;
  const changing = proving || standing === 'comingBack';
  const name = tenant?.displayName ?? request.customer?.displayName ?? '';
  return (
    <Layout title={titleOf(opened)} {...(changing ? { refreshSeconds: REFRESH_SECONDS } : {})}>
      <Standing opened={opened} name={name} />
      <StartForm opened={opened} name={name} />
      {overview !== null && (
        <p>
          <a href={overview}>Back to the overview</a>
        </p>
      )}
      <h2>Who asks</h2>
      <p>
        <Inviter name={request.askedBy} /> asks with the application Rollcall at {host} to read the directory
        of {name}
        {tenant !== null && ` (${tenant.tenantId})`}.
      </p>
      <h2>What is asked for, and why</h2>
      {request.asks.map((ask) => (
        <AskSection key={ask.bundle} ask={ask} stopped={standing === 'stopped'} ofSetups={ofSetups} />
      ))}
      <p>All of these only read. Passwords are never read, and nothing in the directory is ever changed.</p>
      <h2>Where it is kept</h2>
      <p>
        {dataRegion === null
          ? `In the Azure region that ${request.askedBy} chose; ask which one it is.`
          : `In the Azure region ${dataRegion}.`}
      </p>
      <h2>Who can consent</h2>
      <p>A Global Administrator or a Privileged Role Administrator of the directory.</p>
      <h2>How to withdraw</h2>
      <p>
        In the Entra admin center under Enterprise applications: choose the application, then Properties, then
        Delete. Reading stops with the next request, at the latest after about an hour, when the token ends
        that was given out before. Nothing is removed by it: to have everything removed, ask {request.askedBy}{' '}
        to disconnect the directory.
      </p>
      {opened.maySignInAgain && <SignInAgainForm />}
    </Layout>
  );
}

function titleOf({ request, expired, next, proving, standing }: OpenedRequest): string {
  const kinds = new Set(request.asks.map(({ progress }) => progress.kind));
  if (proving) return 'Your consent is being confirmed';
  if (kinds.has('proving')) return 'Your consent could not be confirmed';
  if (standing === 'stopped') return 'Reading has stopped';
  if (kinds.size === 1 && kinds.has('granted')) return 'Connected';
  if (expired && next.length > 0) return 'This link has expired';
  return kinds.has('granted') ? 'Connected, and more is asked for' : 'Connect your directory';
}

interface AskSectionProps {
  readonly ask: ConsentAsk;
  /** Whether what was granted is refused now. */
  readonly stopped: boolean;
  /** Attributes of users that the directory's setups add, in words. */
  readonly ofSetups: readonly string[];
}

function AskSection({ ask: { bundle, progress }, stopped, ofSetups }: AskSectionProps) {
  const { title, permissions, kept } = BUNDLE_FACTS[bundle];
  return (
    <section>
      <h3>
        {title} ({standingWord(progress, stopped)})
      </h3>
      <table>
        <thead>
          <tr>
            <th scope="col">Permission of Microsoft Graph</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {permissions.map(({ name, why }) => (
            <tr key={name}>
              <td>
                <code>{name}</code>
              </td>
              <td>{why}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Kept kept={kept} ofSetups={bundle === 'directory' ? ofSetups : []} />
    </section>
  );
}

interface KeptProps {
  readonly kept: KeptData;
  readonly ofSetups: readonly string[];
}

function Kept({ kept: { always, ifNeeded }, ofSetups }: KeptProps) {
  return (
    <>
      <p>Kept of it:</p>
      <ul>
        {always.map((words) => (
          <li key={words}>{words}</li>
        ))}
        {ofSetups.length > 0 && <li>for the setups of this directory also: {ofSetups.join(', ')}</li>}
      </ul>
      {ifNeeded.length > 0 && (
        <details>
          <summary>Kept only if a setup needs it</summary>
          <ul>
            {ifNeeded.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function standingWord(progress: AskProgress, stopped: boolean): string {
  switch (progress.kind) {
    case 'offered':
    case 'sent':
      return 'not consented yet';
    case 'proving':
      return 'being confirmed';
    case 'granted':
      return stopped ? 'granted before' : 'granted';
    case 'refused':
      return 'not granted';
  }
}

interface StartFormProps {
  readonly opened: OpenedRequest;
  /** Of the customer. */
  readonly name: string;
}

/** Before all details, so that the button is seen without scrolling. */
function StartForm({ opened: { request, expired, next }, name }: StartFormProps) {
  if (next.length === 0 || expired) return null;
  const titles = next.map((bundle) => `“${BUNDLE_FACTS[bundle].title}”`).join(' and ');
  return (
    <form method="post" class="first">
      <p>
        <Inviter name={request.askedBy} /> asks to read the directory of {name}: {titles}.{' '}
        {request.tenantId === null
          ? 'You sign in at Microsoft first, so that it is certain which directory this is.'
          : 'Microsoft shows what is asked for once more, and you come back here.'}
      </p>
      <button type="submit">Continue to Microsoft</button>
      <p class="hint">What is asked for, why, and what is kept stands below.</p>
    </form>
  );
}

function SignInAgainForm() {
  return (
    <form method="post">
      <p>Whoever signed in by this link did so in another directory than the one that is to be connected?</p>
      <button type="submit" name={SIGN_IN_AGAIN} value="yes">
        This is not the right directory: sign in again
      </button>
    </form>
  );
}
