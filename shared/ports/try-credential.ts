import {
  credentialFinding,
  fieldAtFault,
  mayBeANewSecret,
  type CredentialField,
  type CredentialFinding,
} from '../core/credential-finding.js';
import { AccessRefused, CredentialRefused, Failure, Throttled, Unavailable } from '../core/failures.js';
import type { Clock } from './clock.js';
import type { CandidateConnection, Directory } from './directory.js';

/** Why a candidate credential may not be used. */
export type CredentialObstacle =
  | ({ readonly kind: 'credentialRefused'; readonly field: CredentialField } & CredentialFinding)
  /** The directory could not be asked. */
  | { readonly kind: 'unavailable'; readonly retryAfterMs: number | null; readonly cause: Failure };

const OTHER_TENANT: CredentialFinding = {
  finding: 'The credential leads into another tenant.',
  fix: 'Enter a client secret of an application that is known in this tenant.',
};

export interface TryCredentialPorts {
  readonly directory: Pick<Directory, 'probe'>;
  readonly clock: Clock;
  /** How long a secret that may have just been created is tried again before it is refused. */
  readonly newSecretRetryMs: number;
}

/** Between two tries. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Tries a credential for a tenant, which is named by its id. Returns null if it works and leads into that tenant.
 * Takes up to `newSecretRetryMs` longer than one try if the login service says that the secret is wrong.
 */
export async function tryCredential(
  ports: TryCredentialPorts,
  candidate: CandidateConnection,
): Promise<CredentialObstacle | null> {
  try {
    const { tenantId } = await probeRepeatedly(ports, candidate);
    if (tenantId.toLowerCase() === candidate.tenant.toLowerCase()) return null;
    return { kind: 'credentialRefused', field: 'credential', ...OTHER_TENANT };
  } catch (failure) {
    if (failure instanceof CredentialRefused || failure instanceof AccessRefused)
      return {
        kind: 'credentialRefused',
        field: fieldAtFault(failure),
        ...credentialFinding(failure),
      };
    if (failure instanceof Throttled || failure instanceof Unavailable)
      return { kind: 'unavailable', retryAfterMs: failure.retryAfterMs, cause: failure };
    // What is neither: an answer that is no answer of Graph.
    if (failure instanceof Failure) return { kind: 'unavailable', retryAfterMs: null, cause: failure };
    throw failure;
  }
}

/** Some replicas of the login service refuse a secret that was created within the last minute, others know it. */
async function probeRepeatedly(
  { directory, clock, newSecretRetryMs }: TryCredentialPorts,
  candidate: CandidateConnection,
): Promise<{ readonly tenantId: string }> {
  const until = clock.monotonic() + newSecretRetryMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause + FIRST_PAUSE_MS, LONGEST_PAUSE_MS)) {
    try {
      return await directory.probe(candidate);
    } catch (failure) {
      const leftMs = until - clock.monotonic();
      if (!mayBeANewSecret(failure) || leftMs <= 0) throw failure;
      await clock.wait(Math.min(pause, leftMs));
    }
  }
}
