import { z } from 'zod';
import { BUNDLES } from '../../shared/core/bundle.js';
import type { Clock } from '../../shared/ports/clock.js';
import type { SecretExpiries, Tenants } from '../../shared/ports/registry.js';
import { listSecrets, type ListedSecret } from '../../shared/use-cases/list-secrets.js';
import { instant } from './instant.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { route, type Route } from './route.js';

export interface SecretsDependencies {
  readonly secretExpiries: SecretExpiries;
  readonly tenants: Pick<Tenants, 'readMany'>;
  readonly clock: Clock;
}

const secretStates = z
  .enum(['valid', 'expiring', 'expired', 'unknown'])
  .describe(
    'expiring: within 60 days; expired: also where the login service said so; unknown: neither the vault nor the operator nor Graph named a date.',
  );

const secretResource = z.strictObject({
  tenantId: z.guid().nullable().describe("Null for a consent application of the operator's."),
  displayName: z.string().nullable().describe('Of the tenant.'),
  owner: z
    .strictObject({ name: z.string(), mail: z.string() })
    .nullable()
    .describe('Of the tenant: whom to ask for another secret.'),
  bundle: z.enum(BUNDLES).nullable().describe('What the consent application is for.'),
  clientId: z.string(),
  secretId: z.string().nullable(),
  expiresOn: instant
    .nullable()
    .describe(
      'The earliest that is known; of one that the login service refused as expired at the latest when it first did.',
    ),
  state: secretStates,
  checkedAt: instant.nullable().describe('When the vault was last asked; null while it was not.'),
});

export function secretRoutes(dependencies: SecretsDependencies): Route[] {
  return [
    route({
      operationId: 'listSecrets',
      summary: "Expiry of every tenant's secret and of the consent applications', never a value.",
      method: 'GET',
      path: 'v1/secrets',
      role: 'Reader',
      target: 'anyTenant',
      query: pageQuery.extend({ state: secretStates.optional() }),
      body: null,
      status: 200,
      answer: listOf(secretResource),
      errors: [],
      async handle(call) {
        const request = { ...listRequest(call), state: call.query.state ?? null };
        const page = await listSecrets(dependencies, request, call.sight);
        return { body: toList(page, call, toSecretResource) };
      },
    }),
  ];
}

/** Where the secret lies is shown to nobody. */
function toSecretResource(secret: ListedSecret): z.input<typeof secretResource> {
  const { tenantId, displayName, owner, bundle, clientId, secretId, expiresOn, state, checkedAt } = secret;
  return { tenantId, displayName, owner, bundle, clientId, secretId, expiresOn, state, checkedAt };
}
