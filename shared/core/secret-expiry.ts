import type { Bundle, ConsentApp } from './bundle.js';
import type { CredentialReference, SecretLocation } from './tenant.js';

export type SecretState = 'valid' | 'expiring' | 'expired' | 'unknown';

/** Days before the end at which somebody is warned, and 0 for the end itself; each once for a version. */
export const WARNING_DAYS = [60, 30, 14, 7, 1, 0] as const;
export type WarningDays = (typeof WARNING_DAYS)[number];

/** Expiry of a secret; the value is never here. */
export interface SecretExpiry extends SecretLocation {
  /** Null for the secret of a consent application, which belongs to no tenant. */
  readonly tenantId: string | null;
  /** What the consent application is for; null for a tenant's own secret. */
  readonly bundle: Bundle | null;
  readonly clientId: string;
  readonly secretId: string | null;
  /** ISO 8601 UTC, the earliest one; null where neither the vault nor the operator nor Graph named one. */
  readonly expiresOn: string | null;
  /** The one that Graph named, for while it cannot be asked; null where it named none. */
  readonly endInGraph: string | null;
  /** When the login service refused this version as expired (AADSTS7000222), ISO 8601 UTC; null where it did not. */
  readonly refusedAt: string | null;
  readonly state: SecretState;
  /** When the vault was last asked; null while it was not. */
  readonly checkedAt: string | null;
  /** The warnings that were given for this version. */
  readonly warned: readonly WarningDays[];
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** @param now epoch milliseconds */
export function secretState(expiresOn: string | null, now: number): SecretState {
  if (expiresOn === null) return 'unknown';
  const left = Date.parse(expiresOn) - now;
  if (left <= 0) return 'expired';
  return left <= WARNING_DAYS[0] * DAY_MS ? 'expiring' : 'valid';
}

/** What the login service said of it counts more than any date that somebody wrote down. @param now epoch milliseconds */
export function stateOfSecret(
  { expiresOn, refusedAt }: Pick<SecretExpiry, 'expiresOn' | 'refusedAt'>,
  now: number,
): SecretState {
  return refusedAt === null ? secretState(expiresOn, now) : 'expired';
}

/** When it ends as far as anybody knows: the date that was named, or when the login service first said that it has. */
export function endOfSecret({
  expiresOn,
  refusedAt,
}: Pick<SecretExpiry, 'expiresOn' | 'refusedAt'>): string | null {
  return earlierOf(expiresOn, refusedAt);
}

/** From when on a secret with that end is expiring. */
export function expiresSoonFrom(expiresOn: string): string {
  return new Date(Date.parse(expiresOn) - WARNING_DAYS[0] * DAY_MS).toISOString();
}

/**
 * The warning to give now: that of the lowest threshold reached, unless it was given. Those are kept one by one, so
 * that a clock that ran ahead and was set back neither repeats a warning nor swallows those that are still to come.
 * @param now epoch milliseconds
 */
function warningDue(
  { expiresOn, refusedAt, warned }: Pick<SecretExpiry, 'expiresOn' | 'refusedAt' | 'warned'>,
  now: number,
): WarningDays | null {
  const reached = refusedAt === null ? thresholdReached(expiresOn, now) : 0;
  return reached === null || warned.includes(reached) ? null : reached;
}

function thresholdReached(expiresOn: string | null, now: number): WarningDays | null {
  if (expiresOn === null) return null;
  const left = Date.parse(expiresOn) - now;
  return WARNING_DAYS.findLast((days) => left <= days * DAY_MS) ?? null;
}

/** The expiry with the warning that is due now, if any, counted as given. @param now epoch milliseconds */
export function withWarning(
  expiry: SecretExpiry,
  now: number,
): { readonly expiry: SecretExpiry; readonly warning: WarningDays | null } {
  const warning = warningDue(expiry, now);
  const warned = warning === null ? expiry.warned : [...expiry.warned, warning];
  return { expiry: { ...expiry, state: stateOfSecret(expiry, now), warned }, warning };
}

/**
 * A secret that has served since it was refused has not expired. The same object where nothing changes.
 * @param letInAt when it was last seen to be let in again after it was refused, ISO 8601 UTC; null where it was not
 */
export function withoutOldRefusal(expiry: SecretExpiry, letInAt: string | null): SecretExpiry {
  if (expiry.refusedAt === null || letInAt === null) return expiry;
  return Date.parse(letInAt) > Date.parse(expiry.refusedAt) ? { ...expiry, refusedAt: null } : expiry;
}

/** The earlier of two dates of which either may be unknown; the first within a second, since the vault keeps no parts of one. */
export function earlierOf(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return Date.parse(a) < Date.parse(b) + 1000 ? a : b;
}

/** What is known of a tenant's secret before anybody was asked; nothing was warned of yet. */
export function expiryOfCredential(
  tenantId: string,
  credential: CredentialReference,
  now: number,
): SecretExpiry {
  const { secretName, secretVersion, clientId, secretId, expiresOn } = credential;
  return {
    ...{ tenantId, bundle: null, secretName, secretVersion, clientId, secretId, expiresOn },
    endInGraph: null,
    refusedAt: null,
    state: secretState(expiresOn, now),
    checkedAt: null,
    warned: [],
  };
}

/** Who a secret belongs to, as the key of its row. */
export function ownerOfSecret(owner: Pick<SecretExpiry, 'tenantId' | 'bundle' | 'clientId'>): string {
  return owner.tenantId ?? `consent-${owner.bundle ?? 'app'}-${owner.clientId}`;
}

/** The row of a consent application's secret is found by this. */
export function ownerOfConsentSecret({ bundle, clientId }: ConsentApp): string {
  return ownerOfSecret({ tenantId: null, bundle, clientId });
}
