import { z } from 'zod';
import { holdsRole } from '../../shared/core/access.js';
import type { MirrorUser } from '../../shared/core/mirror-rows.js';
import type { Mirror } from '../../shared/ports/mirror.js';
import type { Tenants } from '../../shared/ports/registry.js';
import type { People } from '../../shared/ports/people.js';
import { listPeopleOfUser } from '../../shared/use-cases/people/list-people-of-user.js';
import type { SetupsInSight } from '../../shared/use-cases/people/setup-in-sight.js';
import { resolveUser } from '../../shared/use-cases/resolve-user.js';
import { toUserResource } from './directory-objects.js';
import { tenantNotFound } from './not-found.js';
import { personResource } from './person-schemas.js';
import { route, type Route } from './route.js';
import { tenantResource } from './tenant-schemas.js';

export interface ResolveDependencies extends SetupsInSight {
  readonly tenants: Tenants;
  readonly mirror: Mirror;
  readonly people: Pick<People, 'ofUser'>;
}

const guid = z.guid().toLowerCase();

const mirroredUser = z.strictObject({
  id: z.guid(),
  displayName: z.string().nullable(),
  mail: z.string().nullable(),
  userPrincipalName: z.string().nullable(),
  accountEnabled: z.boolean().nullable(),
});

const resolution = z.strictObject({
  tenantId: z.guid(),
  displayName: z.string(),
  state: tenantResource.shape.state,
  organizationIds: z.array(z.string()),
  user: mirroredUser
    .nullable()
    .optional()
    .describe('For a Reader: the user as mirrored, null where there is none. A Product does not see it.'),
  people: z
    .array(personResource)
    .describe('What the user is in each setup; none where it is a person of none, or was removed.'),
});

export function resolveRoutes(dependencies: ResolveDependencies): Route[] {
  return [
    route({
      operationId: 'resolve',
      summary: 'Who signs in, by the tenant id and object id of their token.',
      method: 'GET',
      path: 'v1/resolve',
      role: 'Reader',
      orRole: 'Product',
      target: 'tenantInQuery',
      query: z.strictObject({
        tid: guid.describe('Claim tid of the token: the tenant.'),
        oid: guid.describe('Claim oid of the token: the user.'),
      }),
      body: null,
      status: 200,
      answer: resolution,
      errors: ['TenantNotFound'],
      async handle({ query: { tid, oid }, principal }) {
        const isReader = holdsRole(principal, 'Reader', tid);
        const resolved = await resolveUser(dependencies, tid, oid, isReader);
        if (resolved === null) throw tenantNotFound();
        const { tenant, user } = resolved;
        return {
          body: {
            tenantId: tenant.tenantId,
            displayName: tenant.displayName,
            state: tenant.state.kind,
            organizationIds: [...tenant.organizationIds],
            ...(isReader && { user: user && toMirroredUser(user) }),
            people: [...((await listPeopleOfUser(dependencies, tid, oid)) ?? [])],
          },
        };
      },
    }),
  ];
}

function toMirroredUser(user: MirrorUser): z.output<typeof mirroredUser> {
  return mirroredUser.strip().parse(toUserResource(user));
}
