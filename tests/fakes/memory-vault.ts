import { NotFound, RequestRefused } from '../../shared/core/failures.js';
import { Secret } from '../../shared/core/secret.js';
import type { Clock } from '../../shared/ports/clock.js';
import type { Vault } from '../../shared/ports/vault.js';

interface HeldVersion {
  readonly version: string;
  readonly value: string;
  readonly expiresOn: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Whole seconds, as the service keeps them. */
  readonly madeAt: number;
  enabled: boolean;
}

/** The vault in memory; its contents may be looked into. */
export class MemoryVault implements Vault {
  readonly secrets = new Map<string, HeldVersion[]>();
  /** Names that stay taken, as the service keeps them until they are purged. */
  readonly discarded: string[] = [];
  /** Throws where a call shall fail. */
  fail: (call: string) => void = () => undefined;
  #made = 0;

  constructor(readonly clock: Pick<Clock, 'now'>) {}

  readonly save: Vault['save'] = async (name, secret, { expiresOn, tags }) => {
    this.fail(`save ${name}`);
    if (this.discarded.includes(name)) {
      const why = `Secret ${name} is currently in a deleted but recoverable state`;
      throw new RequestRefused(why, 409, 'Conflict');
    }
    const version = `version-${(this.#made += 1)}`;
    const madeAt = Math.floor(this.clock.now() / 1000);
    const added = { version, value: secret.reveal(), expiresOn, tags, madeAt, enabled: true };
    this.secrets.set(name, [...(this.secrets.get(name) ?? []), added]);
    return version;
  };

  readonly disable: Vault['disable'] = async (name, version) => {
    this.fail(`disable ${name} ${version}`);
    const found = this.secrets.get(name)?.find((each) => each.version === version);
    if (found !== undefined) found.enabled = false;
  };

  readonly versionsBefore: Vault['versionsBefore'] = async (name, version) => {
    this.fail(`versions ${name}`);
    const held = this.secrets.get(name) ?? [];
    const madeAt = held.find((each) => each.version === version)?.madeAt ?? -Infinity;
    return held.filter((each) => each.enabled && each.madeAt < madeAt).map((each) => each.version);
  };

  readonly discard: Vault['discard'] = async (name) => {
    this.fail(`discard ${name}`);
    if (this.secrets.delete(name)) this.discarded.push(name);
  };

  readonly expiryOf: Vault['expiryOf'] = async (name, version) => {
    this.fail(`expiry ${name}`);
    const found = this.#find(name, version);
    return { version: found.version, expiresOn: found.expiresOn };
  };

  readonly readSecret = async (name: string, version: string | null): Promise<Secret> => {
    this.fail(`read ${name}`);
    return new Secret(this.#find(name, version).value);
  };

  /** Versions that give a value, by name, oldest first. */
  usable(): Record<string, string[]> {
    const usable = (held: readonly HeldVersion[]): string[] =>
      held.filter(({ enabled }) => enabled).map(({ value }) => value);
    return Object.fromEntries([...this.secrets].map(([name, held]) => [name, usable(held)]));
  }

  #find(name: string, version: string | null): HeldVersion {
    const held = this.secrets.get(name) ?? [];
    const found = version === null ? held.at(-1) : held.find((each) => each.version === version);
    if (found?.enabled !== true) throw new NotFound(`No usable secret ${name}`);
    return found;
  }
}
