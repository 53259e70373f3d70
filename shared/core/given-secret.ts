import type { CredentialFinding } from './credential-finding.js';

/** What somebody entered as a credential, the value apart from everything that may be shown. */
export interface GivenCredential {
  readonly clientId: string;
  readonly secretId: string | null;
  readonly secretValue: string;
  /** ISO 8601 UTC; null where none was named. */
  readonly expiresOn: string | null;
}

/** What is made of it before anybody is asked. The words never carry what was entered. */
export type GivenSecret =
  | {
      readonly kind: 'usable';
      /** Without what surrounded it. */
      readonly value: string;
      /** Whether white space or line ends were taken off, which is said. */
      readonly trimmed: boolean;
    }
  | { readonly kind: 'empty' }
  /** `expiresOn` is not in the future. */
  | { readonly kind: 'expired' }
  /** The value is one of the ids that stand beside it in Entra. */
  | ({ readonly kind: 'notTheValue' } & CredentialFinding);

const GUID = /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i;

/** White space, line ends, and what a mail program or a web page puts there unseen. */
const AROUND = /^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g;

const VALUE_IS_SHOWN_ONCE =
  'Enter what stands in the column "Value" under Certificates & secrets; it is shown only once, when the secret is made, so make a new one where it is lost.';

/**
 * Recognises the usual slips of copying a client secret. A value that Entra makes is never a GUID, while the ids
 * beside it are.
 * @param tenantId GUID or domain, as it was given
 * @param now epoch milliseconds
 */
export function examineGivenSecret(given: GivenCredential, tenantId: string, now: number): GivenSecret {
  const value = given.secretValue.replace(AROUND, '');
  if (value === '') return { kind: 'empty' };
  const slip = idInPlaceOf(value, given, tenantId);
  if (slip !== null) return { kind: 'notTheValue', finding: slip, fix: VALUE_IS_SHOWN_ONCE };
  if (given.expiresOn !== null && Date.parse(given.expiresOn) <= now) return { kind: 'expired' };
  return { kind: 'usable', value, trimmed: value !== given.secretValue };
}

function idInPlaceOf(value: string, given: GivenCredential, tenantId: string): string | null {
  const same = (id: string | null): boolean => id !== null && id.toLowerCase() === value.toLowerCase();
  if (same(given.clientId)) return 'What was entered is the application (client) id, not the secret.';
  if (same(tenantId)) return 'What was entered is the directory (tenant) id, not the secret.';
  if (same(given.secretId) || GUID.test(value)) return 'What was entered is the secret id, not its value.';
  return null;
}

/** What the names of the secrets that we make begin with; a random id follows, since deleted names stay taken. */
export const SECRET_NAME_PREFIX = 'graph-';

/** What the vault keeps beside the value, for whoever looks after it. */
export function secretTags(
  tenantId: string,
  { clientId, secretId }: Pick<GivenCredential, 'clientId' | 'secretId'>,
): Readonly<Record<string, string>> {
  return { tenantId, clientId, ...(secretId === null ? {} : { secretId }) };
}
