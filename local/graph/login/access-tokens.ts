import { createHmac } from 'node:crypto';

/** What an access token says. Instants in seconds, as in a JWT. */
export interface AccessTokenClaims {
  readonly aud: string;
  readonly iss: string;
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
  readonly tid: string;
  readonly appid: string;
  /** The application permissions; absent, as with Entra, where there are none. */
  readonly roles?: readonly string[];
}

/** Issues and checks access tokens: shaped like a JWT, opaque to callers, signed by the emulator's own key. */
export class AccessTokens {
  readonly #key: string;
  readonly #header = Buffer.from(JSON.stringify({ typ: 'JWT', alg: 'HS256' })).toString('base64url');

  constructor(key: string) {
    this.#key = key;
  }

  issue(claims: AccessTokenClaims): string {
    const signed = `${this.#header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    return `${signed}.${this.#sign(signed)}`;
  }

  /** The claims, when the token was issued here; expiry is not judged. */
  read(token: string): AccessTokenClaims | undefined {
    const end = token.lastIndexOf('.');
    const signed = token.slice(0, end);
    if (end < 0 || this.#sign(signed) !== token.slice(end + 1)) return undefined;
    const payload = signed.slice(signed.indexOf('.') + 1);
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as AccessTokenClaims;
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}
