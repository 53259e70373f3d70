export type SecretState = 'valid' | 'expiring' | 'expired' | 'unknown';

/** Expiry of a tenant's secret; the value is never here. */
export interface SecretExpiry {
  readonly tenantId: string;
  readonly secretName: string;
  readonly clientId: string;
  readonly secretId: string | null;
  /** ISO 8601 UTC; null where neither the vault nor the operator named one. */
  readonly expiresOn: string | null;
  readonly state: SecretState;
  readonly checkedAt: string;
}

/** The first warning threshold of the feature list: 60 days. */
const EXPIRING_WITHIN_MS = 60 * 24 * 60 * 60 * 1000;

/** @param now epoch milliseconds */
export function secretState(expiresOn: string | null, now: number): SecretState {
  if (expiresOn === null) return 'unknown';
  const left = Date.parse(expiresOn) - now;
  if (left <= 0) return 'expired';
  return left <= EXPIRING_WITHIN_MS ? 'expiring' : 'valid';
}

/** The earlier of two dates of which either may be unknown. */
export function earlierOf(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return Date.parse(a) <= Date.parse(b) ? a : b;
}
