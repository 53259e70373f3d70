import {
  replaceCredential,
  type ReplaceCredentialOutcome,
  type ReplaceCredentialPorts,
} from '../../shared/use-cases/credentials/replace-credential.js';
import { ApiError, retryAfter } from './errors.js';
import { etagHeader, ifMatch } from './etag.js';
import { givenCredential, SECRET_TRIMMED, unusable, warnings } from './given-credential.js';
import { tenantNotFound } from './not-found.js';
import { route, type Route } from './route.js';
import { credentialBody, tenantResource, toTenantResource } from './tenant-schemas.js';

export type ReplaceCredentialDependencies = ReplaceCredentialPorts;

export function replaceCredentialRoute(dependencies: ReplaceCredentialDependencies): Route {
  return route({
    operationId: 'replaceCredential',
    summary: 'Replaces the credential: the new one is tried first, and nothing changes if it fails.',
    method: 'PUT',
    path: 'v1/tenants/{tenantId}/credential',
    role: 'Admin',
    query: null,
    body: credentialBody,
    status: 200,
    answer: tenantResource.extend({ warnings }),
    headers: { ETag: 'Version of the tenant, for If-Match.' },
    errors: [
      'CredentialRefused',
      'TenantDisconnecting',
      'ChangedMeanwhile',
      'PreconditionFailed',
      'DirectoryUnavailable',
    ],
    async handle({ parameters, body, header }) {
      const accepts = ifMatch(header('if-match'));
      const given = givenCredential(body);
      const outcome = await replaceCredential(dependencies, parameters.tenantId, given, accepts);
      if (outcome.kind !== 'replaced') throw obstacleError(outcome);
      const { value, tag } = outcome.tenant;
      return {
        body: {
          ...toTenantResource(value, dependencies.clock.now()),
          ...(outcome.trimmed ? { warnings: [SECRET_TRIMMED] } : {}),
        },
        headers: { etag: etagHeader(tag) },
      };
    },
  });
}

function obstacleError(outcome: Exclude<ReplaceCredentialOutcome, { kind: 'replaced' }>): ApiError {
  switch (outcome.kind) {
    case 'notFound':
      return tenantNotFound();
    case 'disconnecting':
      return new ApiError('TenantDisconnecting', 'The tenant is being disconnected.');
    case 'preconditionFailed':
      return new ApiError('PreconditionFailed', 'The tenant has changed since that version was read.');
    case 'changedMeanwhile':
      return new ApiError(
        'ChangedMeanwhile',
        'Somebody else replaced the credential meanwhile, and theirs is in use. Look at it before you try again.',
      );
    case 'unusable':
      return unusable(outcome.field, outcome.message);
    case 'credentialRefused':
      return new ApiError('CredentialRefused', `${outcome.finding} ${outcome.fix}`, {
        target: outcome.field,
      });
    case 'unavailable':
      return new ApiError(
        'DirectoryUnavailable',
        'The directory cannot be asked now; the credential stays as it was.',
        { headers: retryAfter(outcome.retryAfterMs), cause: outcome.cause },
      );
  }
}
