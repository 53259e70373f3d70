import { BUNDLE_FACTS } from '../../../shared/core/bundle.js';
import { endInUse } from '../../../shared/core/issues/recorded-secret.js';
import type { CredentialReference, Outage, Tenant } from '../../../shared/core/tenant.js';
import { Instant } from './instant.js';

interface ConnectionFactsProps {
  readonly tenant: Tenant;
  readonly secretExpired: boolean;
}

/** When the directory was read last, and by whose application. */
export function ConnectionFacts({ tenant, secretExpired }: ConnectionFactsProps) {
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
        {credential !== null && (
          <OwnApplication credential={credential} endsOn={endInUse(tenant)} expired={secretExpired} />
        )}
        {lastOutage !== null && <LastOutage outage={lastOutage} />}
      </dl>
    </section>
  );
}

interface OwnApplicationProps {
  readonly credential: CredentialReference;
  /** Of its secret, as far as anybody knows. */
  readonly endsOn: string | null;
  readonly expired: boolean;
}

function OwnApplication({ credential: { clientId, secretId }, endsOn, expired }: OwnApplicationProps) {
  return (
    <>
      <dt>Your own application</dt>
      <dd>
        <code>{clientId}</code>
      </dd>
      <dt>Client secret</dt>
      <dd>
        {secretId === null ? (
          'kept; '
        ) : (
          <>
            id <code>{secretId}</code>;{' '}
          </>
        )}
        {endsOn === null ? (
          'no date of expiry given'
        ) : (
          <>
            {expired ? 'expired' : 'expires'} <Instant at={endsOn} />
          </>
        )}
      </dd>
    </>
  );
}

function LastOutage({ outage: { parkedAt, backAt, reason } }: { readonly outage: Outage }) {
  return (
    <>
      <dt>Last time that reading stopped</dt>
      <dd>
        <Instant at={parkedAt} />
        {backAt === null ? (
          ', until now'
        ) : (
          <>
            {' '}
            until <Instant at={backAt} />
          </>
        )}
        : {reason}
      </dd>
    </>
  );
}
