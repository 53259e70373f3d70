import { AccessRefused, Failure, NotFound, RowConflict } from '../../core/failures.js';
import {
  earlierOf,
  ownerOfSecret,
  stateOfSecret,
  withoutOldRefusal,
  withWarning,
  type SecretExpiry,
} from '../../core/secret-expiry.js';
import type { Clock } from '../../ports/clock.js';
import type { Connection, Directory } from '../../ports/directory.js';
import type { Log } from '../../ports/log.js';
import type { SecretExpiries } from '../../ports/registry.js';
import type { HeldSecret, Vault } from '../../ports/vault.js';
import { saysExpired } from '../../ports/note-expired-secret.js';
import { warnOfExpiry } from '../../ports/warn-of-expiry.js';

export interface FollowSecretPorts {
  readonly vault: Pick<Vault, 'expiryOf'>;
  readonly directory: Pick<Directory, 'secretEnd'>;
  readonly secretExpiries: SecretExpiries;
  readonly clock: Clock;
  readonly log: Log;
}

/** A secret to be followed; `expiresOn` is the date that the operator named. */
export interface TrackedSecret extends Pick<
  SecretExpiry,
  'tenantId' | 'bundle' | 'clientId' | 'secretName' | 'secretVersion' | 'secretId' | 'expiresOn'
> {
  /** By which Graph may be asked for the application's own entry; null where it is not to be asked. */
  readonly connection: Connection | null;
  /** When it was last seen to be let in again after it was refused, ISO 8601 UTC; null where it was not. */
  readonly letInAt: string | null;
  /** Whose it is, for the log. */
  readonly name: string;
}

/** Vault and Graph are asked for a secret's date at most so often; state and warnings follow the clock at every tick. */
const ASK_AFTER_MS = 6 * 60 * 60_000;

/**
 * Brings what is known of a secret up to date and warns where a threshold was reached. The row is written first, by
 * its ETag: a warning is given at most once, also by two instances side by side, and what a stop in between keeps
 * from the log still stands in the tenant's state and in GET /secrets.
 * @param before what the row said
 * @throws Unavailable where the vault did not answer, after what is known was followed all the same
 */
export async function followSecret(
  ports: FollowSecretPorts,
  secret: TrackedSecret,
  before: SecretExpiry | null,
): Promise<SecretExpiry> {
  const now = ports.clock.now();
  const known = before !== null && isSame(secret, before) ? before : null;
  const { expiry: asked, failure } = await brought(ports, secret, known, now);
  const { expiry, warning } = withWarning(withoutOldRefusal(asked, secret.letInAt), now);
  if (JSON.stringify(expiry) !== JSON.stringify(before) && (await saved(ports, expiry, before))) {
    if (warning !== null) warnOfExpiry(ports.log, secret.name, expiry, warning);
  }
  if (failure !== null) throw failure;
  return expiry;
}

/** A consent application's version is the newest one, whichever that was when the vault was asked. */
function isSame(secret: TrackedSecret, row: SecretExpiry): boolean {
  const version = secret.secretVersion ?? row.secretVersion;
  return row.secretName === secret.secretName && row.secretVersion === version;
}

/** One that was refused is asked for at every tick: another version may have been put in its place by hand. */
function isDue({ checkedAt, refusedAt }: SecretExpiry, now: number): boolean {
  if (checkedAt === null || refusedAt !== null) return true;
  const age = now - Date.parse(checkedAt);
  return age >= ASK_AFTER_MS || age < 0;
}

interface Brought {
  readonly expiry: SecretExpiry;
  /** Why the vault did not answer. */
  readonly failure: Failure | null;
}

/** What is known, asked anew where that is due; as it was where the vault does not answer. */
async function brought(
  ports: FollowSecretPorts,
  secret: TrackedSecret,
  known: SecretExpiry | null,
  now: number,
): Promise<Brought> {
  if (known !== null && !isDue(known, now)) return { expiry: known, failure: null };
  try {
    return { expiry: await ask(ports, secret, known, now), failure: null };
  } catch (failure) {
    if (!(failure instanceof Failure) || known === null) throw failure;
    return { expiry: known, failure };
  }
}

async function ask(
  ports: FollowSecretPorts,
  secret: TrackedSecret,
  known: SecretExpiry | null,
  now: number,
): Promise<SecretExpiry> {
  const held = await inVault(ports.vault, secret);
  const { endInGraph, isRefused } = await askGraph(ports, secret, known);
  const { tenantId, bundle, clientId, secretName, secretId } = secret;
  const secretVersion = secret.secretVersion ?? held?.version ?? null;
  const expiresOn = earlierOf(earlierOf(secret.expiresOn, held?.expiresOn ?? null), endInGraph);
  // A row that was written before the vault was asked names no version of a secret that is kept by hand.
  const isSameVersion = known !== null && (known.secretVersion ?? secretVersion) === secretVersion;
  const { refusedAt: before, warned } = isSameVersion ? known : { refusedAt: null, warned: [] };
  const refusedAt = before ?? (isRefused ? new Date(now).toISOString() : null);
  return {
    ...{ tenantId, bundle, clientId, secretName, secretVersion, secretId, expiresOn, endInGraph, refusedAt },
    state: stateOfSecret({ expiresOn, refusedAt }, now),
    checkedAt: new Date(now).toISOString(),
    warned,
  };
}

/** A secret that is not there has no date; that it is missing shows when a token is asked for. */
async function inVault(
  vault: Pick<Vault, 'expiryOf'>,
  { secretName, secretVersion }: TrackedSecret,
): Promise<HeldSecret | null> {
  try {
    return await vault.expiryOf(secretName, secretVersion);
  } catch (failure) {
    if (failure instanceof NotFound) return null;
    throw failure;
  }
}

interface AskedOfGraph {
  readonly endInGraph: string | null;
  /** Whether the login service refused the secret as expired. */
  readonly isRefused: boolean;
}

/** If Graph cannot be asked now, what it told of this version is kept; without the permission nothing is known. */
async function askGraph(
  { directory }: FollowSecretPorts,
  { connection, secretId }: TrackedSecret,
  known: SecretExpiry | null,
): Promise<AskedOfGraph> {
  const earlier = known?.endInGraph ?? null;
  if (secretId === null) return { endInGraph: null, isRefused: false };
  if (connection === null) return { endInGraph: earlier, isRefused: false };
  try {
    return { endInGraph: await directory.secretEnd(connection, secretId), isRefused: false };
  } catch (failure) {
    if (failure instanceof AccessRefused) return { endInGraph: null, isRefused: false };
    if (failure instanceof Failure) return { endInGraph: earlier, isRefused: saysExpired(failure) };
    throw failure;
  }
}

/** False where somebody else wrote the row since it was read: then it is theirs to warn. */
async function saved(
  { secretExpiries }: FollowSecretPorts,
  expiry: SecretExpiry,
  before: SecretExpiry | null,
): Promise<boolean> {
  const stored = await secretExpiries.get(ownerOfSecret(expiry));
  if (JSON.stringify(stored?.value ?? null) !== JSON.stringify(before)) return false;
  try {
    await secretExpiries.save(expiry, stored?.tag ?? null);
    return true;
  } catch (failure) {
    if (failure instanceof RowConflict) return false;
    throw failure;
  }
}
