import type { CandidateConnection, Connection } from '../../ports/directory.js';
import type { TokenWish } from '../../ports/token-wish.js';

/**
 * Where access tokens for Graph come from. The login endpoint's refusals arrive as CredentialRefused, its passing
 * faults as Unavailable.
 */
export interface AccessTokens {
  forTenant(connection: Connection, wish?: TokenWish): Promise<string>;
  /** Always asks the login endpoint: a candidate is tried, never remembered. */
  forCandidate(candidate: CandidateConnection): Promise<string>;
}
