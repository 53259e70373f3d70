import { createHash } from 'node:crypto';
import type { Random } from '../random.js';
import type { Account } from './accounts.js';
import { refusals } from './token-errors.js';

/** What a code stands for, as the sign-in asked for it. */
export interface SignIn {
  readonly clientId: string;
  readonly account: Account;
  readonly redirectUri: string;
  readonly nonce: string | null;
  /** SHA-256 of the verifier in base64url; null without PKCE. */
  readonly codeChallenge: string | null;
}

/** Who redeems a code, and with what. */
export interface Redemption {
  readonly code: string;
  readonly clientId: string;
  /** The tenant of the token request's path; undefined for `organizations`. */
  readonly tenantId: string | undefined;
  readonly redirectUri: string;
  readonly codeVerifier: string | null;
}

interface IssuedCode {
  readonly signIn: SignIn;
  readonly expiresAt: number;
  redeemed: boolean;
}

const lifeMs = 10 * 60_000;
/** How long a code that ended is still recognised, so that it is refused by its own error. */
const rememberedMs = 24 * 60 * 60_000;

/** The authorization codes of the emulator: each is good once, for ten minutes. */
export class AuthorizationCodes {
  readonly #issued = new Map<string, IssuedCode>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  issue(signIn: SignIn, now: number): string {
    for (const [code, { expiresAt }] of this.#issued) {
      if (expiresAt + rememberedMs < now) this.#issued.delete(code);
    }
    const code = `1.${Buffer.from(this.#random.guid() + this.#random.guid()).toString('base64url')}`;
    this.#issued.set(code, { signIn, expiresAt: now + lifeMs, redeemed: false });
    return code;
  }

  /** What the code stands for, which is then used up. A refused attempt leaves it as it was. @throws TokenRefused */
  redeem(redemption: Redemption, now: number): SignIn {
    const issued = this.#issued.get(redemption.code);
    if (issued === undefined) throw refusals.malformedCode();
    const { signIn } = issued;
    if (signIn.clientId !== redemption.clientId) throw refusals.codeOfOtherApp();
    const { tenantId } = redemption;
    if (tenantId !== undefined && tenantId !== signIn.account.tenant.id) throw refusals.codeOfOtherTenant();
    if (issued.redeemed) throw refusals.codeRedeemed();
    if (issued.expiresAt <= now) throw refusals.codeExpired();
    if (signIn.redirectUri !== redemption.redirectUri) throw refusals.otherRedirect();
    checkVerifier(signIn.codeChallenge, redemption.codeVerifier);
    issued.redeemed = true;
    return signIn;
  }
}

function checkVerifier(challenge: string | null, verifier: string | null): void {
  if (challenge === null && verifier === null) return;
  const hash = createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url');
  if (verifier === null || hash !== challenge) throw refusals.wrongVerifier();
}
