import type { GivenCredential } from '../../../shared/core/given-secret.js';
import type { ReplaceCredentialOutcome } from '../../../shared/use-cases/credentials/replace-credential.js';

/** The fields of the form, in their order. */
export const FIELDS = ['clientId', 'secretValue', 'secretId', 'expiresOn'] as const;
export type Field = (typeof FIELDS)[number];

/** What is wrong with a field: one sentence, and one that mends it. `form` where it is no single field's fault. */
export interface EntryProblem {
  readonly field: Field | 'form';
  readonly message: string;
  readonly fix: string;
}

/** What was entered and may be shown again: everything but the secret. */
export type EntryShown = Readonly<Record<Exclude<Field, 'secretValue'>, string>>;

export type Entry =
  | { readonly kind: 'complete'; readonly given: GivenCredential }
  | { readonly kind: 'incomplete'; readonly problems: readonly EntryProblem[] };

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** No secret of Entra is near that long. */
const LONGEST_SECRET = 1024;

export function shownOf(form: URLSearchParams): EntryShown {
  const text = (name: Field): string => (form.get(name) ?? '').trim().slice(0, 100);
  return { clientId: text('clientId'), secretId: text('secretId'), expiresOn: text('expiresOn') };
}

/** Checks what can be checked without asking anybody; all problems at once. */
export function readEntry(form: URLSearchParams): Entry {
  const { clientId, secretId, expiresOn } = shownOf(form);
  const secretValue = form.get('secretValue') ?? '';
  const problems = [
    clientIdProblem(clientId),
    secretProblem(secretValue),
    secretId === '' || GUID.test(secretId) ? null : SECRET_ID,
    dateProblem(expiresOn),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) return { kind: 'incomplete', problems };
  const given: GivenCredential = {
    clientId: clientId.toLowerCase(),
    secretId: secretId === '' ? null : secretId.toLowerCase(),
    secretValue,
    expiresOn: expiresOn === '' ? null : `${expiresOn}T00:00:00.000Z`,
  };
  return { kind: 'complete', given };
}

function clientIdProblem(clientId: string): EntryProblem | null {
  if (GUID.test(clientId)) return null;
  const fix = 'Copy "Application (client) id" from the application\'s overview in Entra.';
  const message =
    clientId === '' ? 'The application id is missing.' : 'This is not an application id, which is a GUID.';
  return { field: 'clientId', message, fix };
}

const SECRET_ID: EntryProblem = {
  field: 'secretId',
  message: 'This is not a secret id, which is a GUID.',
  fix: 'Copy the column "Secret ID" under Certificates & secrets, or leave the field empty.',
};

const SECRET_VALUE = 'Copy the column "Value" under Certificates & secrets right after making the secret.';

function secretProblem(value: string): EntryProblem | null {
  if (value.trim() === '')
    return { field: 'secretValue', message: 'The secret value is missing.', fix: SECRET_VALUE };
  if (value.length <= LONGEST_SECRET) return null;
  return { field: 'secretValue', message: 'This is too long for a client secret.', fix: SECRET_VALUE };
}

function dateProblem(date: string): EntryProblem | null {
  if (date === '') return null;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(date) ? new Date(`${date}T00:00:00Z`) : null;
  // A day that no month has, such as 31 April, would become another one.
  if (day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date)) return null;
  return {
    field: 'expiresOn',
    message: 'This is not a date.',
    fix: 'Enter it as year, month and day, such as 2027-01-31.',
  };
}

type Refused = Exclude<ReplaceCredentialOutcome, { kind: 'replaced' | 'notFound' | 'disconnecting' }>;

/** What to tell where the entry was complete and did not do. */
export function problemOfOutcome(outcome: Refused): EntryProblem {
  switch (outcome.kind) {
    case 'unusable':
      return outcome.field === 'expiresOn'
        ? {
            field: 'expiresOn',
            message: 'This secret has expired already.',
            fix: 'Make a new client secret in Entra, or correct the date.',
          }
        : { field: 'secretValue', message: 'The secret value is missing.', fix: SECRET_VALUE };
    case 'credentialRefused':
      return { field: fieldOf(outcome.finding), message: outcome.finding, fix: outcome.fix };
    case 'preconditionFailed':
    case 'changedMeanwhile':
      return {
        field: 'form',
        message: 'Somebody else replaced the secret at the same moment, and theirs is in use.',
        fix: 'Look at the overview first; enter yours again only if it shall replace theirs.',
      };
    case 'unavailable':
      return {
        field: 'form',
        message:
          'Microsoft does not answer at the moment, so the secret could not be tried; nothing was changed.',
        fix: 'Enter it again in a few minutes.',
      };
  }
}

/** The refusals that are the application's, by their AADSTS numbers; all others are the secret's or Microsoft's. */
const OF_THE_APPLICATION = /AADSTS(?:700016|700011|70001|7000112)\b/;
const OF_THE_SECRET = /AADSTS(?:7000215|7000222|7000216|7000218)\b|not (?:the secret|its value)\b/;

function fieldOf(finding: string): Field | 'form' {
  if (OF_THE_APPLICATION.test(finding)) return 'clientId';
  return OF_THE_SECRET.test(finding) ? 'secretValue' : 'form';
}
