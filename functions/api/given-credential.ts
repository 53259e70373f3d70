import { z } from 'zod';
import { examineGivenSecret, type GivenCredential } from '../../shared/core/given-secret.js';
import { Secret } from '../../shared/core/secret.js';
import { ApiError } from './errors.js';
import type { credentialBody } from './tenant-schemas.js';

/** What was done to the input, said so that nobody wonders. */
export const warnings = z.array(z.strictObject({ code: z.string(), message: z.string() })).optional();

export const SECRET_TRIMMED = {
  code: 'SecretValueTrimmed',
  message: 'White space around the secret value was taken off.',
};

export function givenCredential(body: z.output<typeof credentialBody>): GivenCredential {
  const { clientId, secretId, secretValue, expiresOn } = body;
  return { clientId, secretValue, secretId: secretId ?? null, expiresOn: expiresOn ?? null };
}

/**
 * The value to be tried, without what a copy and paste put around it.
 * @param tenantId GUID or domain
 * @param now epoch milliseconds
 * @throws ApiError where it is recognised as what cannot work, before anybody is asked
 */
export function usableSecret(
  given: GivenCredential,
  tenantId: string,
  now: number,
): { readonly secret: Secret; readonly trimmed: boolean } {
  const examined = examineGivenSecret(given, tenantId, now);
  switch (examined.kind) {
    case 'usable':
      return { secret: new Secret(examined.value), trimmed: examined.trimmed };
    case 'empty':
      throw unusable('credential.secretValue', 'must not be empty');
    case 'expired':
      throw unusable('credential.expiresOn', 'must be in the future');
    case 'notTheValue':
      throw new ApiError('CredentialRefused', `${examined.finding} ${examined.fix}`, {
        target: 'credential.secretValue',
      });
  }
}

export function unusable(target: string, message: string): ApiError {
  return new ApiError('InvalidRequest', `${target} ${message}.`, { target });
}
