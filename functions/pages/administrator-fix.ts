import { withoutApiCalls } from './without-api-calls.js';

/** What mends something, for the customer's administrator to read. */
export interface AdministratorFix {
  readonly text: string;
  /** Whether it is a consent that mends it, so that the way to it may stand beside. */
  readonly byConsent: boolean;
}

/** Findings that nobody in the customer's directory can mend. */
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
]);

/** What names a setting of the deployment is for whoever deploys it. */
const NAMES_A_SETTING = /[A-Z]+_[A-Z]+/;

const CONSENT = 'Give consent as Global or Privileged Role Administrator, and follow it to its end.';
const CONSENT_AFTERWARDS = 'Once that is done, give consent anew.';

/**
 * The same fix in words for the customer's administrator. What is written for the operator, who sends an administrator
 * a consent link, is for the administrator to follow it.
 * @param code of the finding; null where there is none
 * @param invitedBy name of the operator
 */
export function administratorFix(code: string | null, fix: string, invitedBy: string): AdministratorFix {
  if ((code !== null && OPERATORS.has(code)) || NAMES_A_SETTING.test(fix))
    return { text: `There is nothing for you to do: this is for ${invitedBy} to mend.`, byConsent: false };
  const sentences = fix.split(/(?<=\.) (?=[A-Z])/);
  const words = sentences.map((sentence, at) => {
    if (!sentence.includes('(POST consent)')) return withoutApiCalls(sentence);
    return at === 0 ? CONSENT : CONSENT_AFTERWARDS;
  });
  return { text: words.join(' '), byConsent: fix.includes('(POST consent)') };
}
