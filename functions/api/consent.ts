import { z } from 'zod';
import { BUNDLES, type Bundle } from '../../shared/core/bundle.js';
import type { Cloud } from '../../shared/core/cloud.js';
import {
  offerConsent,
  offerConsentToUnknown,
  type OfferConsentOutcome,
  type OfferedLink,
  type OfferPorts,
  type OfferSettings,
} from '../../shared/use-cases/obtain-consent/offer-consent.js';
import { refuseWrongRegion, type DataRegionDependencies } from './data-region.js';
import { ApiError } from './errors.js';
import { instant } from './instant.js';
import { tenantNotFound } from './not-found.js';
import { route, type Route } from './route.js';
import { servedCloud } from './served-cloud.js';
import { newTenant } from './tenant-schemas.js';

export interface ConsentDependencies extends OfferPorts, OfferSettings, DataRegionDependencies {
  readonly servedClouds: readonly Cloud[];
}

const bundles = z
  .array(z.enum(BUNDLES))
  .min(1)
  .max(BUNDLES.length)
  .transform((given) => [...new Set(given)]);
const expiresInHours = z.int().min(1).max(168).default(24);

const consentWish = z.strictObject({
  bundles: bundles
    .optional()
    .describe('What to ask for; without it, what is asked of the tenant and was not consented yet.'),
  expiresInHours,
});

const invitation = newTenant.omit({ tenantId: true, credential: true, bundles: true }).extend({
  bundles: bundles
    .optional()
    .describe('What to ask for; without it, directory, and near-real-time where it is offered.'),
  expiresInHours,
});

const consentLink = z.strictObject({
  url: z.url().describe('To be opened by an administrator of the customer; its token is never shown again.'),
  expiresAt: instant,
});

/** Links that ask for consent. */
export function consentRoutes(dependencies: ConsentDependencies): Route[] {
  return [tenantConsentRoute(dependencies), consentLinkRoute(dependencies)];
}

function tenantConsentRoute(dependencies: ConsentDependencies): Route {
  return route({
    operationId: 'offerConsent',
    summary: "A link that asks the tenant's administrator for consent; opening it changes nothing.",
    method: 'POST',
    path: 'v1/tenants/{tenantId}/consent',
    role: 'Admin',
    query: null,
    body: consentWish,
    status: 201,
    answer: consentLink,
    errors: ['BundleNotServed', 'TenantDisconnecting'],
    async handle({ parameters: { tenantId }, body, principal }) {
      const outcome = await offerConsent(dependencies, dependencies, tenantId, {
        bundles: body.bundles ?? null,
        askedBy: principal.name,
        expiresInMs: body.expiresInHours * HOUR_MS,
      });
      return { body: offered(outcome, body.bundles) };
    },
  });
}

function consentLinkRoute(dependencies: ConsentDependencies): Route {
  return route({
    operationId: 'offerConsentToUnknown',
    summary: 'A link for a customer whose tenant is not known: whoever opens it signs in, and that decides.',
    method: 'POST',
    path: 'v1/consent-links',
    role: 'Admin',
    query: null,
    body: invitation,
    status: 201,
    answer: consentLink,
    errors: ['CloudNotServed', 'BundleNotServed', 'WrongRegion'],
    async handle({ body, principal }) {
      const cloud = servedCloud(dependencies.servedClouds, body.cloud);
      await refuseWrongRegion(dependencies, body.organizationIds);
      const { displayName, organizationIds, owner, timeZone, nightlyAt, groupMembers } = body;
      const { pollEveryMinutes } = body;
      const times = { timeZone, nightlyAt, pollEveryMinutes };
      const customer = { displayName, cloud, organizationIds, ...times, groupMembers };
      const outcome = await offerConsentToUnknown(
        dependencies,
        dependencies,
        { ...customer, owner: owner ?? null },
        {
          bundles: body.bundles ?? null,
          askedBy: principal.name,
          expiresInMs: body.expiresInHours * HOUR_MS,
        },
      );
      return { body: offered(outcome, body.bundles) };
    },
  });
}

const HOUR_MS = 3_600_000;

/** @throws ApiError where there is no link */
export function offered(
  outcome: OfferConsentOutcome,
  asked: readonly Bundle[] | undefined,
): Pick<OfferedLink, 'url' | 'expiresAt'> {
  switch (outcome.kind) {
    case 'offered':
      return { url: outcome.url, expiresAt: outcome.expiresAt };
    case 'notFound':
      throw tenantNotFound();
    case 'disconnecting':
      throw new ApiError('TenantDisconnecting', 'The tenant is being disconnected.', { target: 'tenantId' });
    case 'bundleNotServed': {
      const index = asked?.indexOf(outcome.bundle) ?? -1;
      throw new ApiError(
        'BundleNotServed',
        `No application of this deployment asks for ${outcome.bundle} in this cloud.`,
        { target: index < 0 ? 'bundles' : `bundles[${index}]` },
      );
    }
  }
}
