import type { z } from 'zod';
import { holdsRole, type Principal } from '../../shared/core/access.js';
import type { Cloud } from '../../shared/core/cloud.js';
import { Failure } from '../../shared/core/failures.js';
import { examineGivenSecret, type GivenCredential } from '../../shared/core/given-secret.js';
import {
  connectTenant,
  type ConnectTenantOutcome,
  type ConnectTenantPorts,
  type ConnectTenantWish,
} from '../../shared/use-cases/connect-tenant.js';
import { refuseWrongRegion, type DataRegionDependencies } from './data-region.js';
import { ApiError, retryAfter } from './errors.js';
import { etagHeader } from './etag.js';
import { givenCredential, SECRET_TRIMMED, usableSecret, warnings } from './given-credential.js';
import { route, type Route } from './route.js';
import { servedCloud } from './served-cloud.js';
import { newTenant, tenantResource, toTenantResource } from './tenant-schemas.js';

export interface ConnectTenantDependencies extends ConnectTenantPorts, DataRegionDependencies {
  readonly servedClouds: readonly Cloud[];
  readonly publicUrl: string;
}

const connectedTenant = tenantResource.extend({ warnings });

export function connectTenantRoute(dependencies: ConnectTenantDependencies): Route {
  return route({
    operationId: 'connectTenant',
    summary:
      'Connects a tenant: with a credential, which is tried at once, or awaiting consent. Nothing is stored if it fails.',
    method: 'POST',
    path: 'v1/tenants',
    role: 'Admin',
    query: null,
    body: newTenant,
    status: 201,
    answer: connectedTenant,
    headers: { Location: 'Address of the tenant.', ETag: 'Version of the tenant, for If-Match.' },
    errors: [
      'CloudNotServed',
      'BundleNotServed',
      'TenantUnknown',
      'WrongCloud',
      'TenantExists',
      'TenantDisconnecting',
      'WrongRegion',
      'CredentialRefused',
      'DirectoryUnavailable',
    ],
    async handle({ body, principal }) {
      const { wish, trimmed } = await wishFrom(dependencies, body);
      await refuseWrongRegion(dependencies, body.organizationIds);
      const outcome = await connectTenant(dependencies, wish);
      if (outcome.kind !== 'connected') throw obstacleError(outcome, dependencies.servedClouds, principal);
      const { value, tag } = outcome.tenant;
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

async function wishFrom(
  dependencies: ConnectTenantDependencies,
  body: z.output<typeof newTenant>,
): Promise<{ readonly wish: ConnectTenantWish; readonly trimmed: boolean }> {
  const cloud = servedCloud(dependencies.servedClouds, body.cloud);
  const { displayName, organizationIds, owner, timeZone, nightlyAt, groupMembers } = body;
  const given = body.credential === undefined ? null : givenCredential(body.credential);
  const usable =
    given === null ? null : await usableFor(dependencies, { tenantId: body.tenantId, cloud }, given);
  const wish: ConnectTenantWish = {
    tenant: body.tenantId,
    displayName,
    cloud,
    organizationIds,
    owner: owner ?? null,
    timeZone,
    nightlyAt,
    pollEveryMinutes: body.pollEveryMinutes,
    groupMembers,
    bundles: body.bundles ?? null,
    credential: given === null || usable === null ? null : { ...withoutValue(given), secret: usable.secret },
  };
  return { wish, trimmed: usable?.trimmed ?? false };
}

/** A domain is resolved first where an id was pasted as the value: it may be that of the tenant, which is to be said. */
async function usableFor(
  { tenantLookup, clock }: ConnectTenantDependencies,
  { tenantId, cloud }: { readonly tenantId: string; readonly cloud: Cloud },
  given: GivenCredential,
): Promise<ReturnType<typeof usableSecret>> {
  const now = clock.now();
  if (!tenantId.includes('.') || examineGivenSecret(given, tenantId, now).kind !== 'notTheValue')
    return usableSecret(given, tenantId, now);
  try {
    const answer = await tenantLookup.find(tenantId, cloud);
    return usableSecret(given, answer.kind === 'found' ? answer.tenantId : tenantId, now);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return usableSecret(given, tenantId, now);
  }
}

function withoutValue({ clientId, secretId, expiresOn }: GivenCredential) {
  return { clientId, secretId, expiresOn };
}

type Obstacle = Exclude<ConnectTenantOutcome, { kind: 'connected' }>;

/** Why a tenant was not connected. */
export function obstacleError(
  outcome: Obstacle,
  servedClouds: readonly Cloud[],
  principal: Principal,
): ApiError {
  switch (outcome.kind) {
    case 'alreadyConnected':
      return new ApiError('TenantExists', existsMessage(outcome, principal), { target: 'tenantId' });
    case 'disconnecting':
      return new ApiError(
        'TenantDisconnecting',
        'Everything of an earlier connection is being removed; connect it once that is done.',
        { target: 'tenantId' },
      );
    case 'bundleNotServed':
      return new ApiError(
        'BundleNotServed',
        'No application of this deployment asks for that in this cloud.',
        {
          target: `bundles[${outcome.index}]`,
        },
      );
    case 'tenantUnknown':
      return new ApiError(
        'TenantUnknown',
        'The login service of this cloud knows no such tenant. Check the tenant id or domain, and that the cloud is the one it lives in.',
        { target: 'tenantId' },
      );
    case 'wrongCloud':
      return new ApiError('WrongCloud', wrongCloudMessage(outcome.cloud, servedClouds), { target: 'cloud' });
    case 'credentialRefused':
      return new ApiError('CredentialRefused', `${outcome.finding} ${outcome.fix}`, {
        target: outcome.field === 'credential' ? 'credential' : `credential.${outcome.field}`,
      });
    case 'unavailable':
      return new ApiError('DirectoryUnavailable', 'The directory cannot be asked now; nothing was stored.', {
        headers: retryAfter(outcome.retryAfterMs),
        cause: outcome.cause,
      });
  }
}

/** Which tenant it is, is for those alone who may see it. */
function existsMessage(
  { tenantId, displayName }: Extract<Obstacle, { kind: 'alreadyConnected' }>,
  principal: Principal,
): string {
  return holdsRole(principal, 'Reader', tenantId)
    ? `That directory is connected already, as ${displayName} (${tenantId}).`
    : 'That directory is connected already. Ask somebody who sees every tenant.';
}

function wrongCloudMessage(cloud: Cloud, servedClouds: readonly Cloud[]): string {
  const lives = `The tenant lives in the cloud ${cloud}.`;
  return servedClouds.includes(cloud)
    ? `${lives} Connect it with "cloud": "${cloud}".`
    : `${lives} This deployment does not serve it, only ${servedClouds.join(', ')}.`;
}
