import { POLL_EVERY_MINUTES } from '../../shared/core/polling.js';
import { z } from 'zod';
import type { Principal } from '../../shared/core/access.js';
import type { Cloud } from '../../shared/core/cloud.js';
import { Throttled, Unavailable } from '../../shared/core/failures.js';
import { connectTenant } from '../../shared/use-cases/connect-tenant.js';
import { offerConsent, offerConsentToUnknown } from '../../shared/use-cases/obtain-consent/offer-consent.js';
import {
  createCustomerImport,
  type Customer,
  type CustomerImport,
  type ImportCustomersPorts,
  type ImportOutcome,
  type Refusal,
} from '../../shared/use-cases/organizations/import-customer.js';
import type { OrganizationPorts } from '../../shared/use-cases/organizations/organization-view.js';
import { obstacleError, type ConnectTenantDependencies } from './connect-tenant.js';
import { offered, type ConsentDependencies } from './consent.js';
import { customerList, customerOf, listedRows, type ListedRow } from './customer-list.js';
import { ApiError, boundedDetail, ERRORS, type ErrorCode } from './errors.js';
import { instant } from './instant.js';
import { route, type Route } from './route.js';
import { servedCloud } from './served-cloud.js';

export type ImportTenantsDependencies = ConnectTenantDependencies & ConsentDependencies & OrganizationPorts;

/** Bytes of a thousand customers. */
const LARGEST_CSV = 1024 * 1024;
const ROWS_AT_ONCE = 8;
/** The longest that a link lives: whoever imports many does not send them all on one day. */
const LINK_MS = 168 * 3_600_000;

const problem = z.strictObject({
  code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  target: z.string().optional(),
});

const importedRow = z.strictObject({
  line: z.int().describe('Where the row begins; of a JSON list its place, from 1.'),
  status: z.enum(['created', 'existed', 'refused']),
  tenantId: z.guid().nullable().describe('Null where whoever opens the link is to tell.'),
  organizationId: z.string().nullable(),
  consentUrl: z.url().nullable().describe('For the administrator of the customer; never shown again.'),
  expiresAt: instant.nullable(),
  error: problem.optional().describe('Why it was refused, or why there is no link.'),
});

export function importTenantsRoute(dependencies: ImportTenantsDependencies): Route {
  return route({
    operationId: 'importTenants',
    summary: 'Makes a list of customers tenants that await consent, each with its link; row by row.',
    method: 'POST',
    path: 'v1/tenants/import',
    role: 'Admin',
    largestCsv: LARGEST_CSV,
    query: null,
    body: customerList,
    status: 200,
    answer: z.strictObject({ value: z.array(importedRow) }),
    errors: [],
    async handle({ body, principal }) {
      const rows = await listedRows(body);
      const importing = createCustomerImport(portsFor(dependencies, principal));
      const outcomes = await inOrder(rows, (row) => imported(dependencies, importing, row));
      const confirmed = await confirm(dependencies, importing, outcomes);
      await finished(dependencies, importing);
      const value = confirmed.map((outcome, at) => answerOf(rows[at]?.line ?? at + 1, outcome));
      return { body: { value } };
    },
  });
}

/** The links are in this answer and nowhere else: organizations that nobody needs must not cost them. */
async function finished({ log }: ImportTenantsDependencies, importing: CustomerImport): Promise<void> {
  try {
    await importing.finish();
  } catch (failure) {
    log.warn('Organizations of an import that no tenant needs may be left over', { name: nameOf(failure) });
  }
}

/** If it cannot look, the links must not be lost with it. */
async function confirm(
  { log }: ImportTenantsDependencies,
  importing: CustomerImport,
  outcomes: readonly ImportOutcome[],
): Promise<readonly ImportOutcome[]> {
  try {
    return await importing.confirm(outcomes);
  } catch (failure) {
    log.warn('Tenants of an import could not be looked at again', { name: nameOf(failure) });
    return outcomes;
  }
}

/** The rows one after another, some at a time; the answers in their order. */
async function inOrder<Row, Answer>(
  rows: readonly Row[],
  work: (row: Row) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const left = [...rows.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift())
      answers[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: ROWS_AT_ONCE }, worker));
  return answers;
}

type ImportedRow = z.input<typeof importedRow>;

async function imported(
  { log, servedClouds }: ImportTenantsDependencies,
  importing: CustomerImport,
  row: ListedRow,
): Promise<ImportOutcome> {
  try {
    return await importing.add(toCustomer(customerOf(row), servedClouds));
  } catch (failure) {
    const { line } = row;
    return {
      kind: 'refused',
      refusal: refusalOf(failure, (name) => log.error('A row failed', { line, name })),
    };
  }
}

/** What happened to a row must not keep the answer for the others from whoever asked. */
function refusalOf(failure: unknown, unforeseen: (name: string) => void): Refusal {
  if (failure instanceof ApiError) return failure;
  if (failure instanceof Throttled || failure instanceof Unavailable)
    return {
      code: 'ServiceUnavailable',
      message: 'A part that this needs is not available now.',
      target: null,
    };
  unforeseen(nameOf(failure));
  return { code: 'InternalError', message: 'An unexpected fault; the log has it.', target: null };
}

function nameOf(failure: unknown): string {
  return failure instanceof Error ? failure.name : 'Not an error';
}

function toCustomer(row: ReturnType<typeof customerOf>, servedClouds: readonly Cloud[]): Customer {
  const { displayName, ownerName, ownerMail } = row;
  return {
    tenant: row.tenantId ?? null,
    ...{ displayName, cloud: servedCloud(servedClouds, row.cloud) },
    owner: ownerName == null || ownerMail == null ? null : { name: ownerName, mail: ownerMail },
    externalId: row.externalId ?? null,
    region: row.region ?? null,
    bundles: row.bundles ?? null,
  };
}

function answerOf(line: number, outcome: ImportOutcome): ImportedRow {
  const nothing = { line, tenantId: null, organizationId: null, consentUrl: null, expiresAt: null };
  switch (outcome.kind) {
    case 'refused':
      return { ...nothing, status: 'refused', error: problemOf(outcome.refusal) };
    case 'existed':
      return { ...nothing, status: 'existed', tenantId: outcome.tenantId };
    case 'created': {
      const { tenantId, organizationId, offer, problem: without } = outcome;
      return {
        ...{ line, status: 'created', tenantId, organizationId },
        ...{ consentUrl: offer?.url ?? null, expiresAt: offer?.expiresAt ?? null },
        ...(without === null ? {} : { error: problemOf(without) }),
      };
    }
  }
}

function problemOf({ code, message, target }: Refusal): ImportedRow['error'] {
  return boundedDetail({ code: code as ErrorCode, message, ...(target === null ? {} : { target }) });
}

/** What customers come in by are the ways in which single tenants do. */
function portsFor(dependencies: ImportTenantsDependencies, principal: Principal): ImportCustomersPorts {
  const { servedClouds } = dependencies;
  const times = { timeZone: 'UTC', nightlyAt: '01:00', pollEveryMinutes: POLL_EVERY_MINUTES };
  const usual = { ...times, groupMembers: 'all' } as const;
  return {
    ...dependencies,
    async connect({ externalId: _externalId, region: _region, ...customer }, organizationId) {
      const wish = { ...usual, ...customer, organizationIds: [organizationId], credential: null };
      const outcome = await connectTenant(dependencies, wish);
      if (outcome.kind === 'connected') return { kind: 'connected', tenantId: outcome.tenant.value.tenantId };
      if (outcome.kind === 'alreadyConnected') return { kind: 'existed', tenantId: outcome.tenantId };
      return { kind: 'refused', refusal: obstacleError(outcome, servedClouds, principal) };
    },
    async invite({ displayName, owner, cloud, bundles }, tenantId, organizationId) {
      const wish = { bundles, askedBy: principal.name, expiresInMs: LINK_MS };
      const customer = { ...usual, ...{ displayName, owner, cloud }, organizationIds: [organizationId] };
      try {
        const outcome =
          tenantId === null
            ? await offerConsentToUnknown(dependencies, dependencies, customer, wish)
            : await offerConsent(dependencies, dependencies, tenantId, wish);
        return { kind: 'offered', offer: offered(outcome, bundles ?? undefined) };
      } catch (failure) {
        if (!(failure instanceof ApiError)) throw failure;
        return { kind: 'refused', refusal: failure };
      }
    },
  };
}
