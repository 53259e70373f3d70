/** One version of a secret. Instants are seconds since 1970, as Key Vault writes them. */
export interface SecretVersion {
  readonly version: string;
  readonly value: string;
  readonly contentType?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  readonly notBefore?: number;
  readonly expires?: number;
  readonly created: number;
  readonly updated: number;
}

/** A secret with all its versions, the newest last; never empty. */
export interface Secret {
  readonly name: string;
  readonly versions: readonly SecretVersion[];
}

/** A soft-deleted secret: its name stays taken until it is purged. */
export interface DeletedSecret extends Secret {
  readonly deletedDate: number;
  readonly scheduledPurgeDate: number;
  /** Until then (milliseconds since 1970) the deletion is under way and nothing can be done with it. */
  readonly settledAtMs: number;
}

/** What a caller may say about a version, apart from its value. */
export interface SecretAttributes {
  readonly contentType?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly enabled?: boolean;
  readonly notBefore?: number;
  readonly expires?: number;
}

export function newestVersion(secret: Secret): SecretVersion {
  const newest = secret.versions.at(-1);
  if (newest === undefined) throw new Error(`The secret ${secret.name} has no version.`);
  return newest;
}
