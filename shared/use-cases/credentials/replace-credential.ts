import { RequestRefused, RowConflict } from '../../core/failures.js';
import {
  examineGivenSecret,
  SECRET_NAME_PREFIX,
  secretTags,
  type GivenCredential,
} from '../../core/given-secret.js';
import { Secret } from '../../core/secret.js';
import {
  sameSecret,
  tenantAfter,
  type CredentialReference,
  type SecretLocation,
  type Tenant,
} from '../../core/tenant.js';
import type { SecretExpiries, Stored, Tenants } from '../../ports/registry.js';
import type { Vault } from '../../ports/vault.js';
import {
  tryCredential,
  type CredentialObstacle,
  type TryCredentialPorts,
} from '../../ports/try-credential.js';
import { goOn, wantWhatWasRefused, type ComeBackPorts } from './come-back.js';
import { noteNewSecret, withNewSecret } from '../../ports/note-new-secret.js';
import { withdrawnUnlessNamed, withdrawSecret } from '../../ports/withdraw-secret.js';

export interface ReplaceCredentialPorts extends ComeBackPorts, TryCredentialPorts {
  readonly tenants: Tenants;
  readonly secretExpiries: SecretExpiries;
  readonly vault: Pick<Vault, 'save' | 'disable' | 'discard'>;
}

export type ReplaceCredentialOutcome =
  /** `trimmed`: white space or line ends were taken off the value, which is to be said. */
  | { readonly kind: 'replaced'; readonly tenant: Stored<Tenant>; readonly trimmed: boolean }
  | { readonly kind: 'notFound' }
  /** The tenant is being disconnected. */
  | { readonly kind: 'disconnecting' }
  /** The caller saw another version of the tenant than the one that stands. */
  | { readonly kind: 'preconditionFailed' }
  /** Somebody else replaced the credential meanwhile, and theirs stands; or the row never came to rest. */
  | { readonly kind: 'changedMeanwhile' }
  /** The value is empty, or the date it ends is past; nobody was asked. */
  | { readonly kind: 'unusable'; readonly field: 'secretValue' | 'expiresOn'; readonly message: string }
  | CredentialObstacle;

/** Whatever else may write the row does so at most every few seconds: more conflicts than this are no coincidence. */
const TRIES = 8;

/**
 * Replaces the tenant's credential without an outage: the candidate is tried first, and whatever does not work
 * changes nothing. The secret becomes a new version in the vault, the tenant's row then names it, and what it
 * replaces stays usable until the new one has served (`retire-secrets.ts`). A stop in between leaves the old one
 * working. A tenant that awaits consent is connected by it, a parked one goes on.
 * @param accepts whether the caller's precondition holds for that ETag; null where it made none
 * @throws Unavailable where tables or vault do not answer
 */
export async function replaceCredential(
  ports: ReplaceCredentialPorts,
  tenantId: string,
  given: GivenCredential,
  accepts: ((tag: string) => boolean) | null,
): Promise<ReplaceCredentialOutcome> {
  const stored = await ports.tenants.get(tenantId);
  if (stored === null) return { kind: 'notFound' };
  if (stored.value.state.kind === 'disconnecting') return { kind: 'disconnecting' };
  if (accepts !== null && !accepts(stored.tag)) return { kind: 'preconditionFailed' };
  const examined = examineGivenSecret(given, tenantId, ports.clock.now());
  switch (examined.kind) {
    case 'empty':
      return { kind: 'unusable', field: 'secretValue', message: 'must not be empty' };
    case 'expired':
      return { kind: 'unusable', field: 'expiresOn', message: 'must be in the future' };
    case 'notTheValue':
      return { ...examined, kind: 'credentialRefused', field: 'secretValue' };
    case 'usable':
      break;
  }
  const secret = new Secret(examined.value);
  const { cloud } = stored.value;
  const candidate = { tenant: tenantId, cloud, clientId: given.clientId, secret };
  const obstacle = await tryCredential(ports, candidate);
  if (obstacle !== null) return obstacle;
  const location = await keepSecret(ports, stored.value, given, secret);
  const swapped = await swapOrWithdraw(ports, stored, { given, location, accepts });
  return swapped.kind === 'replaced' ? { ...swapped, trimmed: examined.trimmed } : swapped;
}

/**
 * A new version under the connection's own name; one without a version is not ours to add to, and one that somebody
 * deleted takes no version until it is recovered or purged.
 */
async function keepSecret(
  { vault, chance }: Pick<ReplaceCredentialPorts, 'vault' | 'chance'>,
  { tenantId, credential }: Tenant,
  given: GivenCredential,
  secret: Secret,
): Promise<SecretLocation> {
  const saveAs = async (secretName: string): Promise<SecretLocation> => {
    const details = { expiresOn: given.expiresOn, tags: secretTags(tenantId, given) };
    return { secretName, secretVersion: await vault.save(secretName, secret, details) };
  };
  const freshName = `${SECRET_NAME_PREFIX}${chance.newId()}`;
  if (credential?.secretVersion == null) return saveAs(freshName);
  try {
    return await saveAs(credential.secretName);
  } catch (failure) {
    if (failure instanceof RequestRefused && failure.status === 409) return saveAs(freshName);
    throw failure;
  }
}

interface Swap {
  readonly given: GivenCredential;
  readonly location: SecretLocation;
  readonly accepts: ((tag: string) => boolean) | null;
}

type Swapped =
  | { readonly kind: 'replaced'; readonly tenant: Stored<Tenant> }
  | Exclude<ReplaceCredentialOutcome, { kind: 'replaced' }>;

/** Whatever keeps the secret from being named by the tenant's row leaves it unusable. */
async function swapOrWithdraw(
  ports: ReplaceCredentialPorts,
  stored: Stored<Tenant>,
  swap: Swap,
): Promise<Swapped> {
  const { tenantId, credential: before } = stored.value;
  const saved = { tenantId, before, location: swap.location };
  const swapped = await withdrawnUnlessNamed(ports, saved, () => swapIn(ports, stored, swap));
  if (swapped.kind !== 'replaced') await withdrawSecret(ports, saved);
  return swapped;
}

async function swapIn(ports: ReplaceCredentialPorts, read: Stored<Tenant>, swap: Swap): Promise<Swapped> {
  let current = read;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const before = current.value;
    await wantWhatWasRefused(ports, before);
    const saved = await saveUnlessChanged(ports, current, swap);
    if (saved !== null) {
      await noteNewSecret(ports, saved.value);
      await goOn(ports, before, saved.value);
      return { kind: 'replaced', tenant: saved };
    }
    const again = await ports.tenants.get(before.tenantId);
    if (again === null) return { kind: 'notFound' };
    // The write was made, only its answer was lost.
    if (sameSecret(again.value.credential, swap.location)) return { kind: 'replaced', tenant: again };
    if (again.value.state.kind === 'disconnecting') return { kind: 'disconnecting' };
    if (!sameSecret(again.value.credential, read.value.credential)) return { kind: 'changedMeanwhile' };
    if (swap.accepts !== null && !swap.accepts(again.tag)) return { kind: 'preconditionFailed' };
    current = again;
  }
  return { kind: 'changedMeanwhile' };
}

/** Null where the row was changed meanwhile. */
async function saveUnlessChanged(
  { tenants, clock }: Pick<ReplaceCredentialPorts, 'tenants' | 'clock'>,
  { value: before, tag }: Stored<Tenant>,
  swap: Swap,
): Promise<Stored<Tenant> | null> {
  const now = clock.now();
  const renewed = { ...before, credential: referenceTo(swap, before.credential) };
  const admitted = tenantAfter(renewed, { kind: 'admitted', at: new Date(now).toISOString() });
  try {
    return await tenants.save(withNewSecret(admitted, now), tag);
  } catch (failure) {
    if (failure instanceof RowConflict) return null;
    throw failure;
  }
}

function referenceTo({ given, location }: Swap, replaced: CredentialReference | null): CredentialReference {
  const { clientId, secretId, expiresOn } = given;
  const retiring =
    replaced === null
      ? []
      : [...replaced.retiring, { secretName: replaced.secretName, secretVersion: replaced.secretVersion }];
  return { kind: 'clientSecret', clientId, secretId, expiresOn, ...location, retiring };
}
