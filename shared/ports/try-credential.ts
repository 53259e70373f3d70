import {
  credentialFinding,
  fieldAtFault,
  type CredentialField,
  type CredentialFinding,
} from '../core/credential-finding.js';
import { AccessRefused, CredentialRefused, Failure, Throttled, Unavailable } from '../core/failures.js';
import type { CandidateConnection, Directory } from './directory.js';

/** Why a candidate credential may not be used. */
export type CredentialObstacle =
  | ({ readonly kind: 'credentialRefused'; readonly field: CredentialField } & CredentialFinding)
  /** The directory could not be asked. */
  | { readonly kind: 'unavailable'; readonly retryAfterMs: number | null };

const OTHER_TENANT: CredentialFinding = {
  finding: 'The credential leads into another tenant.',
  fix: 'Enter a client secret of an application that is known in this tenant.',
};

/** Tries a credential for a tenant, which is named by its id. Null where it works, and leads into that tenant. */
export async function tryCredential(
  directory: Pick<Directory, 'probe'>,
  candidate: CandidateConnection,
): Promise<CredentialObstacle | null> {
  try {
    const { tenantId } = await directory.probe(candidate);
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
      return { kind: 'unavailable', retryAfterMs: failure.retryAfterMs };
    // What is neither: an answer that is no answer of Graph.
    if (failure instanceof Failure) return { kind: 'unavailable', retryAfterMs: null };
    throw failure;
  }
}
