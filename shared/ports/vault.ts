import type { Secret } from '../core/secret.js';

/** What the vault tells of a secret that it holds: never the value. */
export interface HeldSecret {
  readonly version: string;
  /** ISO 8601 UTC; null where the vault holds no date. */
  readonly expiresOn: string | null;
}

/** The vault as use cases see it: values go in; only versions and dates come out. Every method may throw Unavailable. */
export interface Vault {
  /**
   * Adds a version, the first one where the name is new, and answers it. Older versions stay as they are.
   * @throws RequestRefused where the name is taken by a deleted secret
   */
  save(
    name: string,
    secret: Secret,
    details: {
      /** ISO 8601 UTC. */ readonly expiresOn: string | null;
      readonly tags: Readonly<Record<string, string>>;
    },
  ): Promise<string>;
  /** From now on the version gives no value; it stays, and can be enabled by hand. Absent is no fault. */
  disable(name: string, version: string): Promise<void>;
  /** Usable versions made before this one, by the vault's clock of whole seconds. Absent: none. */
  versionsBefore(name: string, version: string): Promise<readonly string[]>;
  /** Puts a secret that nothing refers to into the vault's deleted ones. Absent is no fault. */
  discard(name: string): Promise<void>;
  /** @param version null for the newest. @throws NotFound where there is no such secret, or it is disabled */
  expiryOf(name: string, version: string | null): Promise<HeldSecret>;
}
