import { SecretClient } from '@azure/keyvault-secrets';

import { keptConnections } from '../http/kept-connections.js';
import { repetitionPolicy } from '../http/repetition-policy.js';

export interface VaultOptions {
  /** https address of the vault. */
  readonly vaultUrl: string;
  readonly credential: ConstructorParameters<typeof SecretClient>[1];
  /**
   * False only where the vault's host is no subdomain of the resource that it names in its challenge, as with a
   * private address.
   */
  readonly verifyChallenge: boolean;
  /** Milliseconds for one call, its attempts included; for one page of a list. */
  readonly callTimeoutMs?: number;
}

const CALL_TIMEOUT_MS = 15_000;

/** The SDK's client, and how long one call of it may take. */
export interface VaultClient {
  readonly client: SecretClient;
  readonly timeoutMs: number;
  /** Ends a call that begins now. */
  readonly deadline: () => AbortSignal;
}

/**
 * Every call may be repeated: what is read stays, what is disabled or deleted is so once, and a secret that was saved
 * twice has two versions of one value, of which the newer is returned.
 */
export function openVault(options: VaultOptions): VaultClient {
  const timeoutMs = options.callTimeoutMs ?? CALL_TIMEOUT_MS;
  const client = new SecretClient(options.vaultUrl, options.credential, {
    disableChallengeResourceVerification: !options.verifyChallenge,
    httpClient: keptConnections,
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [repetitionPolicy({ deadlineMs: timeoutMs, unanswered: 'reads' })],
  });
  return { client, timeoutMs, deadline: () => AbortSignal.timeout(timeoutMs) };
}
