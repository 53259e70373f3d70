/** What went wrong at the login service, a sentence each. */
interface ConsentErrorWords {
  readonly reason: string;
  readonly fix: string;
}

const ADMIN_NEEDED: ConsentErrorWords = {
  reason: 'The account that was used may not consent for the whole organization.',
  fix: 'Continue again and sign in as Global Administrator or Privileged Role Administrator.',
};
const DECLINED: ConsentErrorWords = {
  reason: 'The request was declined on the sign-in page.',
  fix: 'Continue again and accept what is asked for; nothing is connected until then.',
};

/** Source: learn.microsoft.com/entra/identity-platform/reference-error-codes */
const BY_CODE: Readonly<Record<number, ConsentErrorWords>> = {
  65004: DECLINED,
  65001: DECLINED,
  90094: ADMIN_NEEDED,
  90093: ADMIN_NEEDED,
  90095: ADMIN_NEEDED,
  500113: {
    reason: 'The address to come back to is not registered with the application.',
    fix: 'Tell whoever sent you the link to register this address with the application in Entra.',
  },
  50011: {
    reason: 'The address to come back to is not registered with the application.',
    fix: 'Tell whoever sent you the link to register this address with the application in Entra.',
  },
  650051: {
    reason: 'The directory is still busy with an earlier consent to the same application.',
    fix: 'Continue again in a minute.',
  },
};

/**
 * Explains an error that the login service sent an administrator back with. The words are ours alone: whoever makes
 * up an address cannot put a text on our page.
 */
export function consentError(error: string | null, description: string | null): ConsentErrorWords {
  const digits = /AADSTS(\d{2,9})/.exec(description ?? '')?.[1];
  const known = digits === undefined ? undefined : BY_CODE[Number(digits)];
  if (known !== undefined) return { ...known, reason: known.reason.replace(/\.$/, ` (AADSTS${digits}).`) };
  if (digits === undefined && error === 'access_denied') return DECLINED;
  if (digits === undefined && error === 'consent_required') return ADMIN_NEEDED;
  const code = digits === undefined ? '' : ` (AADSTS${digits})`;
  return {
    reason: `The sign-in page came back with an error${code}.`,
    fix: 'Continue again; if it stays, tell whoever sent you the link the number of the error.',
  };
}
