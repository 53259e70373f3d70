import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

interface SigningKey {
  readonly privateKey: KeyObject;
  readonly jwk: Readonly<Record<string, unknown>> & { readonly kid: string };
}

/** Signs id tokens by RS256. The key is drawn when it is first needed, and lives as long as the emulator. */
export class IdTokens {
  #key: SigningKey | undefined;

  sign(claims: Readonly<Record<string, unknown>>): string {
    const { privateKey, jwk } = this.#signingKey();
    const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
    const signed = `${encode({ typ: 'JWT', alg: 'RS256', kid: jwk.kid })}.${encode(claims)}`;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
  }

  /** The key set that tells others how to check the tokens. */
  keySet(): { readonly keys: readonly Readonly<Record<string, unknown>>[] } {
    return { keys: [this.#signingKey().jwk] };
  }

  #signingKey(): SigningKey {
    this.#key ??= drawKey();
    return this.#key;
  }
}

function drawKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { kty, n, e } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256')
    .update(n ?? '')
    .digest('base64url')
    .slice(0, 27);
  return { privateKey, jwk: { kty, n, e, kid, use: 'sig', alg: 'RS256' } };
}
