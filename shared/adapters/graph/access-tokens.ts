import type { CandidateConnection, Connection } from '../../ports/directory.js';

/** Which token is asked for. */
export interface TokenWish {
  /** A new token in place of one that Graph has just refused. */
  readonly fresh: boolean;
  /** With `fresh`: a kept one that was got within so many milliseconds is given nevertheless. */
  readonly unlessWithinMs?: number;
}

/**
 * Where access tokens for Graph come from. The login endpoint's refusals arrive as CredentialRefused, its passing
 * faults as Unavailable.
 */
export interface AccessTokens {
  forTenant(connection: Connection, wish?: TokenWish): Promise<string>;
  /** Always asks the login endpoint: a candidate is tried, never remembered. */
  forCandidate(candidate: CandidateConnection): Promise<string>;
}
