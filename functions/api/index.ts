import type { HttpFunctionOptions } from '@azure/functions';
import { adminLinkRoutes, type AdminLinksDependencies } from './admin-links.js';
import { accessRoutes, type AccessDependencies } from './access.js';
import { catalogRoutes, type CatalogDependencies } from './catalog.js';
import { consentRoutes, type ConsentDependencies } from './consent.js';
import { deadLetterRoutes, type DeadLettersDependencies } from './dead-letters.js';
import { directoryGroupRoutes, type DirectoryGroupsDependencies } from './directory-groups.js';
import { disconnectionRoutes, type DisconnectionDependencies } from './disconnection.js';
import { doctorRoutes, type DoctorDependencies } from './doctor.js';
import { groupRoutes, type GroupsDependencies } from './groups.js';
import { handlerOf, type Edge } from './handle.js';
import { heldRoutes, type HeldDependencies } from './held.js';
import { healthRoutes, type HealthDependencies } from './health.js';
import { hostRoutes, type HostsDependencies } from './hosts.js';
import { matchRoutes, type MatchesDependencies } from './matches.js';
import { memberRoutes, type MembersDependencies } from './members.js';
import { metricRoutes, type MetricsDependencies } from './metrics.js';
import { numberRoutes } from './numbers.js';
import { openApiRoute } from './openapi.js';
import { organizationRoutes, type OrganizationsDependencies } from './organizations.js';
import { overrideRoutes, type OverridesDependencies } from './overrides.js';
import { peopleRoutes, type PeopleDependencies } from './people.js';
import { personExplanationRoutes } from './person-explanation.js';
import { personSyncRoutes, type PersonSyncDependencies } from './person-sync.js';
import { previewRoutes, type PreviewDependencies } from './preview.js';
import { recordRoutes, type RecordsDependencies } from './records.js';
import { resolveRoutes, type ResolveDependencies } from './resolve.js';
import type { Route } from './route.js';
import { runRoutes, type RunsDependencies } from './runs.js';
import { secretRoutes, type SecretsDependencies } from './secrets.js';
import { segmentRoutes, type SegmentsDependencies } from './segments.js';
import { setupActionRoutes } from './setup-actions.js';
import { setupFieldRoutes } from './setup-fields.js';
import { setupTemplateRoutes, type SetupTemplatesDependencies } from './setup-templates.js';
import { setupRoutes, type SetupsDependencies } from './setups.js';
import { subscriptionRoutes, type SubscriptionsDependencies } from './subscriptions.js';
import { tenantRoutes, type TenantsDependencies } from './tenants.js';
import { userRoutes, type UsersDependencies } from './users.js';

/** Everything that the API needs, as ports and plain values: of a port that several name, what all of them need. */
export type ApiDependencies = Omit<Edge, 'accessGrants' | 'tenants'> &
  TenantsDependencies &
  ConsentDependencies &
  DisconnectionDependencies &
  AccessDependencies &
  OrganizationsDependencies &
  CatalogDependencies &
  SetupsDependencies &
  SetupTemplatesDependencies &
  DirectoryGroupsDependencies &
  AdminLinksDependencies &
  DoctorDependencies &
  SubscriptionsDependencies &
  SecretsDependencies &
  RunsDependencies &
  UsersDependencies &
  GroupsDependencies &
  MembersDependencies &
  RecordsDependencies &
  MatchesDependencies &
  PeopleDependencies &
  PersonSyncDependencies &
  HostsDependencies &
  SegmentsDependencies &
  PreviewDependencies &
  HeldDependencies &
  OverridesDependencies &
  DeadLettersDependencies &
  ResolveDependencies &
  MetricsDependencies &
  HealthDependencies;

/** Every route of the API, in the order of docs/api.md. */
export function apiRoutes(dependencies: ApiDependencies): Route[] {
  const routes = [
    ...tenantRoutes(dependencies),
    ...consentRoutes(dependencies),
    ...disconnectionRoutes(dependencies),
    ...accessRoutes(dependencies),
    ...organizationRoutes(dependencies),
    ...catalogRoutes(dependencies),
    ...setupRoutes(dependencies),
    ...setupActionRoutes(dependencies),
    ...setupFieldRoutes(dependencies),
    ...setupTemplateRoutes(dependencies),
    ...directoryGroupRoutes(dependencies),
    ...adminLinkRoutes(dependencies),
    ...doctorRoutes(dependencies),
    ...subscriptionRoutes(dependencies),
    ...secretRoutes(dependencies),
    ...runRoutes(dependencies),
    ...userRoutes(dependencies),
    ...groupRoutes(dependencies),
    ...memberRoutes(dependencies),
    ...recordRoutes(dependencies),
    ...matchRoutes(dependencies),
    ...peopleRoutes(dependencies),
    ...personExplanationRoutes(dependencies),
    ...personSyncRoutes(dependencies),
    ...hostRoutes(dependencies),
    ...segmentRoutes(dependencies),
    ...previewRoutes(dependencies),
    ...numberRoutes(dependencies),
    ...metricRoutes(dependencies),
    ...heldRoutes(dependencies),
    ...overrideRoutes(dependencies),
    ...deadLetterRoutes(dependencies),
    ...resolveRoutes(dependencies),
    ...healthRoutes(dependencies),
  ];
  return [...routes, openApiRoute(routes, dependencies.publicUrl)];
}

/** Registers every route as an HTTP function; the app itself decides who may call it. */
export function registerApi(
  app: { http(name: string, options: HttpFunctionOptions): void },
  dependencies: ApiDependencies,
): void {
  for (const route of apiRoutes(dependencies)) {
    app.http(`api-${route.operationId}`, {
      methods: [route.method],
      authLevel: 'anonymous',
      route: route.path,
      handler: handlerOf(route, dependencies),
    });
  }
}
