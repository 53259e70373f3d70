import { BUNDLE_FACTS } from '../../../shared/core/bundle.js';
import type { ConsentAsk } from '../../../shared/core/consent-request.js';
import { seenPermissions } from '../../../shared/core/consent-seen.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import type { OpenedRequest } from '../../../shared/use-cases/obtain-consent/read-consent-request.js';
import { administratorFix } from '../administrator-fix.js';
import { Notice } from '../layout.js';

export interface StandingProps {
  readonly opened: OpenedRequest;
  /** Of the customer. */
  readonly name: string;
}

/** How far the consent is, and what is to be done about it. */
export function Standing({ opened, name }: StandingProps) {
  const { request, expired, next, proving, standing } = opened;
  const kinds = request.asks.map(({ progress }) => progress.kind);
  return (
    <>
      {!proving && kinds.includes('proving') && (
        <Notice tone="bad">
          <p>Your consent could not be confirmed for half an hour.</p>
          <p>
            {next.length === 0 || expired ? `Ask ${request.askedBy} for a new link.` : 'Continue once more.'}
          </p>
        </Notice>
      )}
      {proving && <Proving opened={opened} />}
      {standing === 'works' && opened.tenant !== null && (
        <Notice tone="good">
          <p>
            The consent for {name} works. {whatIsRead(opened.tenant, request.askedBy)}
          </p>
        </Notice>
      )}
      {standing === 'comingBack' && (
        <Notice tone="neutral">
          <p>The consent for {name} works. Reading had stopped before, and is tried again now.</p>
        </Notice>
      )}
      {standing === 'stopped' && <Stopped opened={opened} name={name} />}
      <Refusals asks={request.asks} />
      {expired && next.length > 0 && (
        <Notice tone="bad">
          <p>This link was good until {request.expiresAt}.</p>
          <p>Ask {request.askedBy} for a new one.</p>
        </Notice>
      )}
    </>
  );
}

function Proving({ opened: { request } }: { readonly opened: OpenedRequest }) {
  const partly = request.asks.some((ask) => (seenOf(ask)?.granted.length ?? 0) > 0);
  return (
    <Notice tone="neutral">
      <p>
        It can take Microsoft some minutes until a consent works. This page updates itself, and you can close
        it.
      </p>
      {request.asks.map((ask) => (
        <SeenSoFar key={ask.bundle} ask={ask} />
      ))}
      {partly && (
        <p>
          What Microsoft's page did not name does not come by waiting: tell {request.askedBy} if this does not
          change.
        </p>
      )}
    </Notice>
  );
}

function seenOf({ bundle, progress }: ConsentAsk) {
  if (progress.kind !== 'proving' || progress.waitingFor === null) return null;
  return seenPermissions(bundle, progress.waitingFor);
}

/** Wrong permissions are seen long before they are given up, so that nobody waits without knowing. */
function SeenSoFar({ ask }: { readonly ask: ConsentAsk }) {
  const { bundle, progress } = ask;
  if (progress.kind !== 'proving' || progress.waitingFor === null) return null;
  const { title } = BUNDLE_FACTS[bundle];
  const seen = seenOf(ask);
  if (seen === null)
    return (
      <p>
        {title}: {progress.waitingFor}
      </p>
    );
  const granted = seen.granted.length === 0 ? 'nothing' : seen.granted.join(', ');
  return (
    <p>
      {title}: so far granted: {granted}; still missing: {seen.missing.join(', ')}.
    </p>
  );
}

/** What follows from a consent that works depends on where the tenant stands. */
function whatIsRead({ state, paused }: Tenant, askedBy: string): string {
  switch (state.kind) {
    case 'awaitingConsent':
      return `Nothing is read until “${BUNDLE_FACTS.directory.title}” is consented to, too.`;
    case 'connected':
      return `Nothing is read until ${askedBy} starts it.`;
    case 'running':
      return paused
        ? `Reading is paused until ${askedBy} lets it go on.`
        : 'The directory is read and kept up to date.';
    case 'parked':
      return `Reading has stopped for another reason. ${state.reason}`;
    case 'disconnecting':
      return 'Nothing is read now.';
  }
}

function Stopped({ opened: { tenant, request, expired, next }, name }: StandingProps) {
  if (tenant?.state.kind !== 'parked') return null;
  const { reason, fix } = tenant.state;
  const { text, by } = administratorFix(null, fix, request.askedBy);
  return (
    <Notice tone="bad">
      <p>The consent for {name} worked before, and reading has stopped since.</p>
      <p>{reason}</p>
      <p>{text}</p>
      {by === 'consent' && (next.length === 0 || expired) && <p>Ask {request.askedBy} for a new link.</p>}
    </Notice>
  );
}

/** One consent may have been to give several bundles: its refusal is said once. */
function Refusals({ asks }: { readonly asks: readonly ConsentAsk[] }) {
  const refusals = new Map<string, { fix: string; reason: string; titles: string[] }>();
  for (const { bundle, progress } of asks) {
    if (progress.kind !== 'refused') continue;
    const { reason, fix } = progress;
    const said = refusals.get(`${reason} ${fix}`) ?? { reason, fix, titles: [] };
    said.titles.push(BUNDLE_FACTS[bundle].title);
    refusals.set(`${reason} ${fix}`, said);
  }
  return (
    <>
      {[...refusals.values()].map(({ reason, fix, titles }) => (
        <Notice key={titles.join()} tone="bad">
          <p>
            {titles.join(', ')}: {reason}
          </p>
          <p>{fix}</p>
        </Notice>
      ))}
    </>
  );
}
