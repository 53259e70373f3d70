import { z } from 'zod';
import type { Cloud } from '../../shared/core/cloud.js';
import { Secret } from '../../shared/core/secret.js';
import {
  connectTenant,
  type ConnectTenantOutcome,
  type ConnectTenantPorts,
  type ConnectTenantWish,
} from '../../shared/use-cases/connect-tenant.js';
import { ApiError, retryAfter } from './errors.js';
import { etagHeader } from './etag.js';
import { route, type Route } from './route.js';
import { newTenant, tenantResource, toTenantResource } from './tenant-schemas.js';

export interface ConnectTenantDependencies extends ConnectTenantPorts {
  readonly servedClouds: readonly Cloud[];
  readonly publicUrl: string;
}

const connectedTenant = tenantResource.extend({
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })).optional(),
});

export function connectTenantRoute(dependencies: ConnectTenantDependencies): Route {
  return route({
    operationId: 'connectTenant',
    summary: 'Connects a tenant: its credential is tried at once, and nothing is stored if it fails.',
    method: 'POST',
    path: 'v1/tenants',
    role: 'Admin',
    query: null,
    body: newTenant,
    status: 201,
    answer: connectedTenant,
    headers: { Location: 'Address of the tenant.', ETag: 'Version of the tenant, for If-Match.' },
    errors: [
      'CredentialRequired',
      'BundlesNotServed',
      'CloudNotServed',
      'TenantExists',
      'CredentialRefused',
      'DirectoryUnavailable',
    ],
    async handle({ body }) {
      const wish = wishFrom(body, dependencies.servedClouds);
      const { value, tag } = connectedOrThrow(await connectTenant(dependencies, wish));
      const trimmed = body.credential?.secretValue.trim() !== body.credential?.secretValue;
      return {
        body: {
          ...toTenantResource(value, dependencies.clock.now()),
          ...(trimmed ? { warnings: [SECRET_TRIMMED] } : {}),
        },
        headers: {
          location: new URL(`/api/v1/tenants/${value.tenantId}`, dependencies.publicUrl).href,
          etag: etagHeader(tag),
        },
      };
    },
  });
}

const SECRET_TRIMMED = {
  code: 'SecretValueTrimmed',
  message: 'White space around the secret value was taken off.',
};

function wishFrom(body: z.output<typeof newTenant>, servedClouds: readonly Cloud[]): ConnectTenantWish {
  if (body.bundles !== undefined)
    throw new ApiError('BundlesNotServed', 'Bundles belong to consent, which comes with a later version.', {
      target: 'bundles',
    });
  if (body.credential === undefined)
    throw new ApiError(
      'CredentialRequired',
      'This version connects a tenant by a client secret; consent links come with a later one.',
      { target: 'credential' },
    );
  if (!servedClouds.includes(body.cloud))
    throw new ApiError('CloudNotServed', `This deployment serves ${servedClouds.join(', ')}.`, {
      target: 'cloud',
    });
  const { displayName, cloud, organizationIds, owner, timeZone, nightlyAt, groupMembers, credential } = body;
  return {
    tenant: body.tenantId,
    displayName,
    cloud,
    organizationIds,
    owner: owner ?? null,
    timeZone,
    nightlyAt,
    groupMembers,
    credential: {
      clientId: credential.clientId,
      secretId: credential.secretId ?? null,
      secret: new Secret(credential.secretValue.trim()),
      expiresOn: credential.expiresOn ?? null,
    },
  };
}

function connectedOrThrow(
  outcome: ConnectTenantOutcome,
): Extract<ConnectTenantOutcome, { kind: 'connected' }>['tenant'] {
  switch (outcome.kind) {
    case 'connected':
      return outcome.tenant;
    case 'alreadyConnected':
      throw new ApiError('TenantExists', `The tenant ${outcome.tenantId} is connected already.`, {
        target: 'tenantId',
      });
    case 'credentialRefused':
      throw new ApiError('CredentialRefused', `${outcome.finding} ${outcome.fix}`, { target: 'credential' });
    case 'unavailable':
      throw new ApiError('DirectoryUnavailable', 'The directory cannot be asked now; nothing was stored.', {
        headers: retryAfter(outcome.retryAfterMs),
      });
  }
}
