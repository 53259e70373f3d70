import type { Secret } from '../core/secret.js';

/** The vault as use cases see it: values go in; only dates come out. Every method may throw Unavailable. */
export interface Vault {
  save(
    name: string,
    secret: Secret,
    details: {
      /** ISO 8601 UTC. */ readonly expiresOn: string | null;
      readonly tags: Readonly<Record<string, string>>;
    },
  ): Promise<void>;
  /** Puts a secret that nothing refers to into the vault's deleted ones. Absent is no fault. */
  discard(name: string): Promise<void>;
  /** ISO 8601 UTC; null where the vault holds no date. @throws NotFound where there is no such secret */
  expiryOf(name: string): Promise<string | null>;
}
