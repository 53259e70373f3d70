import type { CandidateConnection, Connection } from '../../ports/directory.js';

/**
 * Where access tokens for Graph come from. The login endpoint's refusals arrive as CredentialRefused, its passing
 * faults as Unavailable.
 */
export interface AccessTokens {
  /** `fresh` asks for a new token in place of one that Graph has just refused. */
  forTenant(connection: Connection, options?: { readonly fresh: boolean }): Promise<string>;
  /** Always asks the login endpoint: a candidate is tried, never remembered. */
  forCandidate(candidate: CandidateConnection): Promise<string>;
}
