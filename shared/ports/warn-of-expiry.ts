import type { SecretExpiry, WarningDays } from '../core/secret-expiry.js';
import type { Log } from './log.js';

/** The log line of a threshold that was reached. @param name whose secret it is */
export function warnOfExpiry(log: Log, name: string, expiry: SecretExpiry, days: WarningDays): void {
  const { tenantId, bundle, state, expiresOn } = expiry;
  const facts = { tenantId, bundle, state, expiresOn, days };
  const left = days === 0 ? 'has expired' : `expires within ${days} ${days === 1 ? 'day' : 'days'}`;
  log.warn(`The client secret of ${name} ${left}`, facts);
}
