import { z } from 'zod';
import type { TenantSight } from '../../shared/core/access.js';
import type { Tenant } from '../../shared/core/tenant.js';
import { listTenants } from '../../shared/ports/list-tenants.js';
import { FRESHNESS_KEPT_DAYS } from '../../shared/ports/freshness-metrics.js';
import { readFleet, type ReadFleetPorts } from '../../shared/use-cases/freshness/read-fleet.js';
import { readFreshness, type ReadFreshnessPorts } from '../../shared/use-cases/freshness/read-freshness.js';
import { instant } from './instant.js';
import { tenantNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { route, type Route } from './route.js';
import { tenantResource, toTenantResource } from './tenant-schemas.js';

export type MetricsDependencies = ReadFreshnessPorts & ReadFleetPorts;

const query = z.strictObject({
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(FRESHNESS_KEPT_DAYS)
    .default(7)
    .describe('How many UTC dates count, the last of them today.'),
});

const figures = z.strictObject({
  changes: z.int().min(0).describe('How many changed objects were counted.'),
  p50Ms: z.int().min(0).nullable().describe('Half of them were as fast; at most 9 % too long.'),
  p95Ms: z.int().min(0).nullable(),
});

const latencies = z.strictObject({
  notificationToMirror: figures.describe('From the arrival of the notification to the mirror.'),
  notificationToPeople: figures.describe('From the arrival of the notification to the people it concerns.'),
  eventToMirror: figures.describe("From the change, by Graph's own account, to the mirror."),
});

const resourceFreshness = z.strictObject({
  asOf: instant.nullable().describe('Whatever changed in the directory before is in the mirror.'),
  provenAt: instant.nullable().describe("When a full read last proved itself against the directory's count."),
  provenAgeSeconds: z.int().min(0).nullable(),
  notifiedAt: instant.nullable().describe('When a notification came last, to within ten minutes.'),
  notifications: z
    .enum(['fine', 'doubtful', 'silent'])
    .describe('Whether they come, as far as polls tell: silent where two found what none announced.'),
});

const metricsResource = z.strictObject({
  days: z.int(),
  freshness: z.strictObject({
    resources: z.strictObject({ users: resourceFreshness, groups: resourceFreshness }),
    latencies,
    drift: z
      .strictObject({
        checkedAt: instant.nullable(),
        found: z.strictObject({ at: instant, suspects: z.int().min(1) }).nullable(),
        repairs: z.strictObject({ users: instant.nullable(), groups: instant.nullable() }),
      })
      .describe(
        'When the mirror was last compared with the directory, found to differ, and read anew for it.',
      ),
  }),
});

const fleetRow = z.strictObject({
  ...tenantResource.pick({ tenantId: true, displayName: true, state: true, issues: true }).shape,
  lastSuccess: instant.nullable().describe('When the tenant was last synced; null if it never was.'),
});

/** Over all tenants in sight, on the first page alone. */
const fleetTotals = z.strictObject({
  days: z.int(),
  tenants: z.int().min(0),
  byState: z.record(z.string(), z.int().min(1)).describe('How many tenants are in each state.'),
  matters: z.record(z.string(), z.int().min(1)).describe('How many have an issue, by its code.'),
  freshness: z.strictObject({ latencies }),
});

const fleetResource = listOf(fleetRow).extend(fleetTotals.partial().shape);

export function metricRoutes(dependencies: MetricsDependencies): Route[] {
  return [metricsRoute(dependencies), fleetRoute(dependencies)];
}

function metricsRoute(dependencies: MetricsDependencies): Route {
  return route({
    operationId: 'readMetrics',
    summary: 'How fresh what is held of the tenant is, and how fast changes were applied.',
    method: 'GET',
    path: 'v1/tenants/{tenantId}/metrics',
    role: 'Reader',
    query,
    body: null,
    status: 200,
    answer: metricsResource,
    errors: [],
    async handle({ parameters, query: { days } }) {
      const freshness = await readFreshness(dependencies, parameters.tenantId, days);
      if (freshness === null) throw tenantNotFound();
      return { body: { days, freshness } };
    },
  });
}

function fleetRoute(dependencies: MetricsDependencies): Route {
  return route({
    operationId: 'readFleet',
    summary:
      'The tenants in sight with their issues; on the first page what they are together, and how fast changes were applied.',
    method: 'GET',
    path: 'v1/fleet',
    role: 'Reader',
    target: 'anyTenant',
    query: pageQuery.extend(query.shape),
    body: null,
    status: 200,
    answer: fleetResource,
    errors: [],
    async handle(call) {
      const now = dependencies.clock.now();
      const page = await listTenants(dependencies, listRequest(call), call.sight);
      const rows = toList(page, call, (tenant) => toFleetRow(tenant, now));
      const isFirst = call.query.after === undefined;
      return { body: isFirst ? { ...rows, ...(await totalsOf(dependencies, call)) } : rows };
    },
  });
}

async function totalsOf(
  dependencies: MetricsDependencies,
  { query: { days }, sight }: { readonly query: { readonly days: number }; readonly sight: TenantSight },
): Promise<z.input<typeof fleetTotals>> {
  const { tenants, byState, matters, latencies } = await readFleet(dependencies, sight, days);
  return { days, tenants, byState, matters, freshness: { latencies } };
}

function toFleetRow(tenant: Tenant, now: number): z.input<typeof fleetRow> {
  const { tenantId, displayName, state, issues, lastSyncedAt } = toTenantResource(tenant, now);
  return { tenantId, displayName, state, issues, lastSuccess: lastSyncedAt };
}
