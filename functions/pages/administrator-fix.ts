import { isForOperator } from '../../shared/core/consent-finding.js';
import { withoutApiCalls } from './without-api-calls.js';

/** How an issue is fixed, in words for the customer's administrator. */
export interface AdministratorFix {
  readonly text: string;
  /** Which page of the administrator fixes it, so that a link can lead there. */
  readonly by: 'consent' | 'secret' | 'elsewhere';
}

/** Findings and issues that nobody in the customer's directory can fix. */
const OPERATORS: ReadonlySet<string> = new Set([
  'VaultUnreachable',
  'TenantUnknown',
  'WrongCloud',
  'CloudNotServed',
  'OtherDirectory',
  'SubscriptionDead',
  'SubscriptionExpired',
  'SubscriptionMissing',
  'SubscriptionElsewhere',
  'NotificationsSilent',
  'DeltaTokenExpired',
  'DeltaTokenStale',
  'ClockSkew',
  'BundleNotServed',
  'LoginUnreachable',
  'StorageUnreachable',
  'TenantPaused',
  'RunsFailing',
  'RemovalsHeld',
  'DeadLetters',
]);

/** A sentence that names a setting of the deployment is for the operator. */
const NAMES_A_SETTING = /[A-Z]+_[A-Z]+/;

const CONSENT = 'Give consent as Global or Privileged Role Administrator, and follow it to its end.';
const CONSENT_AFTERWARDS = 'Then give consent.';

/**
 * Returns the same fix in words for the customer's administrator. What an operator does by sending the administrator a
 * consent link, the administrator does by giving consent.
 * @param code of the finding or issue; null if there is none
 * @param invitedBy name of the operator
 */
export function administratorFix(code: string | null, fix: string, invitedBy: string): AdministratorFix {
  if ((code !== null && OPERATORS.has(code)) || isForOperator(fix) || NAMES_A_SETTING.test(fix))
    return { text: `This is for ${invitedBy} to fix.`, by: 'elsewhere' };
  const sentences = fix.split(/(?<=\.) (?=[A-Z])/);
  const words = sentences.map((sentence, at) => {
    if (!sentence.includes('(POST consent)')) return withoutApiCalls(sentence);
    return at === 0 ? CONSENT : CONSENT_AFTERWARDS;
  });
  return { text: words.join(' '), by: fixedBy(fix) };
}

function fixedBy(fix: string): AdministratorFix['by'] {
  if (fix.includes('(POST consent)')) return 'consent';
  return fix.includes('(PUT credential)') ? 'secret' : 'elsewhere';
}
