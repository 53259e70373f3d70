import { z } from 'zod';
import { LINK_PURPOSES, linkState, type AdminLink } from '../../shared/core/admin-link.js';
import type { AdminLinks } from '../../shared/ports/admin-links.js';
import { createAdminLink, type CreateAdminLinkPorts } from '../../shared/use-cases/create-admin-link.js';
import { listAdminLinks } from '../../shared/use-cases/list-admin-links.js';
import { revokeAdminLink } from '../../shared/use-cases/revoke-admin-link.js';
import { instant } from './instant.js';
import { adminLinkNotFound, tenantNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { route, type Route } from './route.js';

export interface AdminLinksDependencies extends CreateAdminLinkPorts {
  readonly adminLinks: AdminLinks;
  readonly publicUrl: string;
}

const purposes = z
  .array(z.enum(LINK_PURPOSES))
  .min(1)
  .max(LINK_PURPOSES.length)
  .transform((given) => [...new Set(given)])
  .describe(
    'What the administrator may do: connect (consent), credential (enter or replace it), setup (choose what is synced).',
  );

const newAdminLink = z.strictObject({
  purposes,
  expiresInHours: z.int().min(1).max(168).default(72),
});

const createdLink = z.strictObject({
  id: z.string().describe('To revoke it by; not its token.'),
  url: z.url().describe('To be opened once by the administrator; never shown again.'),
  expiresAt: instant,
  purposes: z.array(z.enum(LINK_PURPOSES)),
});

const linkResource = z.strictObject({
  id: z.string(),
  purposes: z.array(z.enum(LINK_PURPOSES)),
  state: z
    .enum(['open', 'used', 'expired', 'locked'])
    .describe('open: not used yet; locked: too much went wrong behind it.'),
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: instant,
  consumedAt: instant.nullable(),
});

/** One-time links for the customer's administrator. */
export function adminLinkRoutes(dependencies: AdminLinksDependencies): Route[] {
  return [createRoute(dependencies), listRoute(dependencies), revokeRoute(dependencies)];
}

function createRoute(dependencies: AdminLinksDependencies): Route {
  return route({
    operationId: 'createAdminLink',
    summary: "A one-time link for the customer's administrator; opening it changes nothing.",
    method: 'POST',
    path: 'v1/tenants/{tenantId}/admin-link',
    role: 'Admin',
    query: null,
    body: newAdminLink,
    status: 201,
    answer: createdLink,
    errors: [],
    async handle({ parameters: { tenantId }, body, principal }) {
      const createdBy = principal.name;
      const created = await createAdminLink(dependencies, { tenantId, ...body, createdBy });
      if (created === null) throw tenantNotFound();
      const { link, token } = created;
      const url = new URL(`/api/connect/${tenantId}/${token}`, dependencies.publicUrl).href;
      return { body: { id: link.id, url, expiresAt: link.expiresAt, purposes: [...link.purposes] } };
    },
  });
}

function listRoute(dependencies: AdminLinksDependencies): Route {
  return route({
    operationId: 'listAdminLinks',
    summary: 'The links made for a tenant and what became of them, never a token.',
    method: 'GET',
    path: 'v1/tenants/{tenantId}/admin-links',
    role: 'Admin',
    query: pageQuery,
    body: null,
    status: 200,
    answer: listOf(linkResource),
    errors: [],
    async handle(call) {
      const page = await listAdminLinks(dependencies, call.parameters.tenantId, listRequest(call));
      if (page === null) throw tenantNotFound();
      const now = dependencies.clock.now();
      return { body: toList(page, call, (link) => toLinkResource(link, now)) };
    },
  });
}

function revokeRoute(dependencies: AdminLinksDependencies): Route {
  return route({
    operationId: 'revokeAdminLink',
    summary: 'Takes a link back; whoever is at work behind it is signed out at once.',
    method: 'DELETE',
    path: 'v1/tenants/{tenantId}/admin-link/{linkId}',
    role: 'Admin',
    query: null,
    body: null,
    status: 204,
    answer: null,
    errors: [],
    async handle({ parameters: { tenantId, linkId } }) {
      if (!(await revokeAdminLink(dependencies, tenantId, linkId))) throw adminLinkNotFound();
      return { body: null };
    },
  });
}

/** @param now epoch milliseconds */
function toLinkResource(link: AdminLink, now: number): z.input<typeof linkResource> {
  const { id, createdBy, createdAt, expiresAt, consumedAt } = link;
  const state = linkState(link, now);
  return { id, purposes: [...link.purposes], state, createdBy, createdAt, expiresAt, consumedAt };
}
