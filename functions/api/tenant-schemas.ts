import { z } from 'zod';
import { BUNDLES } from '../../shared/core/bundle.js';
import { CLOUDS } from '../../shared/core/cloud.js';
import { FEWEST_POLL_MINUTES, MOST_POLL_MINUTES, POLL_EVERY_MINUTES } from '../../shared/core/polling.js';
import { issuesOf, shownState } from '../../shared/core/issues/issues-of.js';
import { endInUse } from '../../shared/core/issues/recorded-secret.js';
import type { Tenant } from '../../shared/core/tenant.js';
import { canonicalTimeZone, isTimeZone } from '../../shared/core/time-zone.js';
import { nextStep } from '../words/next-step.js';
import { operatorWords } from '../words/operator.js';
import { freeText, givenSecret } from './free-text.js';
import { givenExpiry, instant } from './instant.js';
import { issueResource, toIssueResource } from './issue-resource.js';

const text = freeText(256);
const owner = z.strictObject({ name: text, mail: z.email().max(320) });
const organizationIds = z
  .array(freeText(128))
  .max(100)
  .refine((ids) => new Set(ids).size === ids.length, 'must name each only once');
const pollEveryMinutes = z
  .int()
  .min(FEWEST_POLL_MINUTES)
  .max(MOST_POLL_MINUTES)
  .describe('The directory is asked for changes at least this often, beside its notifications.');
const groupMembers = z.enum(['all', 'needed']).describe('needed: only members of groups that setups use.');
const timeZone = z
  .string()
  .refine(isTimeZone, {
    error: 'must be a time zone of the IANA database, such as Europe/Copenhagen',
    // What is none is not put into other letters, however long it is.
    abort: true,
  })
  .overwrite(canonicalTimeZone)
  .describe('IANA time zone of the nightly run.');
const nightlyAt = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a local time as HH:MM')
  .describe('Local time of the nightly run.');

const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Body of PUT /tenants/{tenantId}/credential, and what POST /tenants takes as credential. */
export const credentialBody = z.strictObject({
  kind: z.literal('clientSecret'),
  clientId: z.guid().toLowerCase().describe('Application (client) id.'),
  secretId: z.guid().toLowerCase().nullish().describe('Id of the secret, to recognise it by; not its value.'),
  secretValue: givenSecret(1024).meta({
    format: 'password',
    writeOnly: true,
    description: 'Never shown again.',
  }),
  expiresOn: givenExpiry.nullish(),
});

/** Body of POST /tenants. */
export const newTenant = z.strictObject({
  tenantId: z
    .string()
    .trim()
    .toLowerCase()
    .refine(
      (value) => GUID.test(value) || DOMAIN.test(value),
      'must be a tenant id (GUID) or a verified domain',
    )
    .describe('Tenant id (GUID) or a verified domain.'),
  displayName: text,
  cloud: z.enum(CLOUDS).optional().describe("Without it the deployment's own."),
  organizationIds: organizationIds.default([]),
  owner: owner.nullish(),
  timeZone: timeZone.default('UTC'),
  nightlyAt: nightlyAt.default('01:00'),
  pollEveryMinutes: pollEveryMinutes.default(POLL_EVERY_MINUTES),
  groupMembers: groupMembers.default('all'),
  bundles: z
    .array(z.enum(BUNDLES))
    .min(1)
    .max(BUNDLES.length)
    .optional()
    .describe('What consent is asked for; without it, directory and near-real-time where they are offered.'),
  credential: credentialBody.optional().describe('Without it the tenant awaits consent.'),
});

/** Body of PATCH /tenants/{tenantId}. */
export const tenantEdit = z.strictObject({
  displayName: text.optional(),
  owner: owner.nullable().optional(),
  timeZone: timeZone.optional(),
  nightlyAt: nightlyAt.optional(),
  pollEveryMinutes: pollEveryMinutes.optional(),
  paused: z.boolean().optional(),
  groupMembers: groupMembers.optional(),
  organizationIds: organizationIds.optional(),
});

/** The tenant as the API shows it: never a secret. */
export const tenantResource = z.strictObject({
  tenantId: z.guid(),
  displayName: z.string(),
  cloud: z.enum(CLOUDS),
  state: z
    .enum(['awaitingConsent', 'connected', 'running', 'attention', 'parked', 'disconnecting'])
    .describe(
      'connected: none of its setups is started; running: one is; attention: either, with an issue; parked: stopped until its cause is fixed.',
    ),
  stateSince: instant,
  stateReason: z.string().nullable().describe('What its issues are, in sentences; null if it has none.'),
  issues: z.array(issueResource).describe('What somebody has to act on, in the order to deal with it.'),
  lastOutage: z
    .strictObject({
      parkedAt: instant,
      triedAt: instant.nullable(),
      backAt: instant.nullable(),
      reason: z.string(),
    })
    .nullable()
    .describe('The last time it was parked, when it was last tried, and when it was back.'),
  nextStep: z.string().describe('The one thing to do next.'),
  paused: z.boolean(),
  organizationIds: z.array(z.string()),
  owner: z.strictObject({ name: z.string(), mail: z.string() }).nullable(),
  timeZone: z.string(),
  nightlyAt: z.string(),
  pollEveryMinutes: z.int(),
  groupMembers: z.enum(['all', 'needed']),
  credential: z
    .strictObject({
      kind: z.literal('clientSecret'),
      clientId: z.string(),
      secretId: z.string().nullable(),
      expiresOn: instant.nullable(),
    })
    .nullable(),
  bundles: z.array(z.enum(BUNDLES)).describe('What consent is asked for.'),
  consents: z.array(z.strictObject({ bundle: z.enum(BUNDLES), clientId: z.string(), grantedAt: instant })),
  createdAt: instant,
  connectedAt: instant.nullable(),
  lastSyncedAt: instant.nullable(),
});

/** @param now epoch milliseconds */
export function toTenantResource(tenant: Tenant, now: number): z.input<typeof tenantResource> {
  const { kind: state, since: stateSince } = shownState(tenant, now);
  const issues = issuesOf(tenant, now);
  return {
    tenantId: tenant.tenantId,
    displayName: tenant.displayName,
    cloud: tenant.cloud,
    ...{ state, stateSince },
    stateReason: issues.length === 0 ? null : issues.map((each) => operatorWords(each).message).join(' '),
    issues: issues.map(toIssueResource),
    lastOutage: tenant.lastOutage,
    nextStep: nextStep(tenant, now),
    paused: tenant.paused,
    organizationIds: [...tenant.organizationIds],
    owner: tenant.owner,
    timeZone: tenant.timeZone,
    nightlyAt: tenant.nightlyAt,
    pollEveryMinutes: tenant.pollEveryMinutes,
    groupMembers: tenant.groupMembers,
    credential: withoutName(tenant),
    bundles: [...tenant.bundles],
    consents: tenant.consents.map((consent) => ({ ...consent })),
    createdAt: tenant.createdAt,
    connectedAt: tenant.connectedAt,
    lastSyncedAt: tenant.lastSyncedAt,
  };
}

/** Where the secret lies is shown to nobody. */
function withoutName(tenant: Tenant) {
  const { credential } = tenant;
  if (credential === null) return null;
  const { kind, clientId, secretId } = credential;
  return { kind, clientId, secretId, expiresOn: endInUse(tenant) };
}
