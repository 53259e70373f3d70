import type { Cloud } from '../core/cloud.js';
import type { AppCredential } from '../core/tenant.js';

/** Where a browser comes back to: an address that is registered with the application, letter by letter. */
interface Errand {
  readonly cloud: Cloud;
  readonly clientId: string;
  readonly redirectUri: string;
  /** Our own random value; comes back as it is. */
  readonly state: string;
}

export interface SignInErrand extends Errand {
  /** Random; comes back in the id token. */
  readonly nonce: string;
  /** Random, 43 characters or more; only its fingerprint goes along, and redeeming the code needs it (PKCE). */
  readonly verifier: string;
}

export interface SignInCode {
  readonly cloud: Cloud;
  readonly app: AppCredential;
  readonly redirectUri: string;
  readonly code: string;
  readonly verifier: string;
}

/** Who signed in, by an id token that was verified. */
export interface SignedInAdministrator {
  /** GUID in lower case. */
  readonly tenantId: string;
  /** To be compared with the one that was sent; null where the token has none. */
  readonly nonce: string | null;
}

/** The pages of the login service that a customer's administrator is sent to. */
export interface AdministratorLogin {
  /** Where those pages of a cloud are: an origin. */
  origin(cloud: Cloud): string;
  /** Address of the consent page of one tenant, for all application permissions that the application names. */
  consentAddress(errand: Errand & { readonly tenantId: string }): string;
  /** Address of the sign-in page for work and school accounts of any tenant. */
  signInAddress(errand: SignInErrand): string;
  /**
   * Redeems the code of a sign-in and verifies the id token.
   * @throws CredentialRefused where the code is not good or the token is none that we may believe; Unavailable
   */
  redeem(code: SignInCode): Promise<SignedInAdministrator>;
}
