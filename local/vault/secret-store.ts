import { randomBytes } from 'node:crypto';
import {
  newestVersion,
  type DeletedSecret,
  type Secret,
  type SecretAttributes,
  type SecretVersion,
} from './secret.js';
import { VaultError } from './vault-error.js';

/** Everything that a vault holds, by lower-case name: names are not case-sensitive. */
export interface VaultContents {
  readonly live: Map<string, Secret>;
  readonly deleted: Map<string, DeletedSecret>;
}

export interface SecretStoreOptions {
  readonly contents: VaultContents;
  /** Called after every change, before it is answered. */
  readonly save: (contents: VaultContents) => void;
  /** With purge protection nobody can purge before the retention has passed. */
  readonly purgeProtection: boolean;
  /** How long a deletion takes to settle; the service needs some seconds. */
  readonly deletionDelayMs: number;
  readonly nowMs: () => number;
}

export const retentionDays = 90;
/** Source: https://learn.microsoft.com/azure/key-vault/secrets/about-secrets */
const maxValueBytes = 25 * 1024;

/**
 * The secrets of one vault with versions, soft delete, recovery and purge.
 * Every method throws {@link VaultError} where the service refuses.
 */
export class SecretStore {
  constructor(private readonly options: SecretStoreOptions) {}

  list(): Secret[] {
    return sortedByName(this.options.contents.live);
  }

  listDeleted(): DeletedSecret[] {
    this.purgeWhatIsDue();
    return sortedByName(this.options.contents.deleted).filter((secret) => this.isSettled(secret));
  }

  find(name: string): Secret {
    const secret = this.options.contents.live.get(keyOf(name));
    if (secret === undefined)
      throw VaultError.notFound(`A secret with (name/id) ${name} was not found in this key vault.`);
    return secret;
  }

  findVersion(name: string, version: string | undefined): SecretVersion {
    const secret = this.find(name);
    if (version === undefined) return newestVersion(secret);
    const found = secret.versions.find((candidate) => candidate.version === version);
    if (found === undefined)
      throw VaultError.notFound(
        `A secret with (name/id) ${name}/${version} was not found in this key vault.`,
      );
    return found;
  }

  findDeleted(name: string): DeletedSecret {
    this.purgeWhatIsDue();
    const secret = this.options.contents.deleted.get(keyOf(name));
    if (secret === undefined || !this.isSettled(secret))
      throw VaultError.notFound(`Deleted Secret not found: ${name}`);
    return secret;
  }

  /** Sets a secret that the vault is to hold from its beginning; one that it knows, or has deleted, stays as it is. */
  seed(name: string, value: string): void {
    const { live, deleted } = this.options.contents;
    if (!live.has(keyOf(name)) && !deleted.has(keyOf(name))) this.set(name, value, {});
  }

  /** Adds a version; the name keeps the spelling it was first used with. */
  set(name: string, value: string, attributes: SecretAttributes): SecretVersion {
    this.refuseNameOfDeleted(name);
    if (Buffer.byteLength(value) > maxValueBytes)
      throw VaultError.badParameter('The specified secret value is too large: at most 25 KB are allowed.');
    const now = this.nowSeconds();
    const added: SecretVersion = {
      enabled: true,
      ...attributes,
      version: randomBytes(16).toString('hex'),
      value,
      created: now,
      updated: now,
    };
    const secret = this.options.contents.live.get(keyOf(name));
    this.put({ name: secret?.name ?? name, versions: [...(secret?.versions ?? []), added] });
    return added;
  }

  /** Changes what is named in `attributes`; the value of a version never changes. */
  update(name: string, version: string | undefined, attributes: SecretAttributes): SecretVersion {
    const secret = this.find(name);
    const before = this.findVersion(name, version);
    const after: SecretVersion = { ...before, ...attributes, updated: this.nowSeconds() };
    this.put({
      name: secret.name,
      versions: secret.versions.map((candidate) => (candidate === before ? after : candidate)),
    });
    return after;
  }

  delete(name: string): DeletedSecret {
    const { contents, deletionDelayMs } = this.options;
    const secret = this.find(name);
    const deletedDate = this.nowSeconds();
    const deleted: DeletedSecret = {
      ...secret,
      deletedDate,
      scheduledPurgeDate: deletedDate + retentionDays * 24 * 60 * 60,
      settledAtMs: this.options.nowMs() + deletionDelayMs,
    };
    contents.live.delete(keyOf(name));
    contents.deleted.set(keyOf(name), deleted);
    this.options.save(contents);
    return deleted;
  }

  recover(name: string): Secret {
    const { name: spelling, versions } = this.findDeleted(name);
    this.options.contents.deleted.delete(keyOf(name));
    const secret = { name: spelling, versions };
    this.put(secret);
    return secret;
  }

  purge(name: string): void {
    this.findDeleted(name);
    if (this.options.purgeProtection)
      throw new VaultError(
        403,
        'Forbidden',
        'Operation "purge" is not allowed because purge protection is enabled for this vault. ' +
          'Key Vault service will automatically purge it after the retention period has passed.',
      );
    this.options.contents.deleted.delete(keyOf(name));
    this.options.save(this.options.contents);
  }

  private put(secret: Secret): void {
    this.options.contents.live.set(keyOf(secret.name), secret);
    this.options.save(this.options.contents);
  }

  private refuseNameOfDeleted(name: string): void {
    this.purgeWhatIsDue();
    const deleted = this.options.contents.deleted.get(keyOf(name));
    if (deleted === undefined) return;
    if (!this.isSettled(deleted))
      throw new VaultError(
        409,
        'Conflict',
        `Secret ${name} is currently being deleted.`,
        'ObjectIsBeingDeleted',
      );
    throw new VaultError(
      409,
      'Conflict',
      `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; ` +
        'in this state, the secret can only be recovered or purged.',
      'ObjectIsDeletedButRecoverable',
    );
  }

  private purgeWhatIsDue(): void {
    for (const [key, secret] of this.options.contents.deleted) {
      if (secret.scheduledPurgeDate <= this.nowSeconds()) this.options.contents.deleted.delete(key);
    }
  }

  private isSettled(secret: DeletedSecret): boolean {
    return secret.settledAtMs <= this.options.nowMs();
  }

  private nowSeconds(): number {
    return Math.floor(this.options.nowMs() / 1000);
  }
}

function keyOf(name: string): string {
  return name.toLowerCase();
}

function sortedByName<T extends Secret>(secrets: ReadonlyMap<string, T>): T[] {
  return [...secrets.values()].sort((a, b) => (keyOf(a.name) < keyOf(b.name) ? -1 : 1));
}
