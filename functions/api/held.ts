import { z } from 'zod';
import type { DecidePorts } from '../../shared/use-cases/removals/decide-held.js';
import { decideHeld } from '../../shared/use-cases/removals/decide-held.js';
import { listHeld, type HeldPorts, type HeldRemoval } from '../../shared/use-cases/removals/list-held.js';
import { personIdOf } from '../../shared/core/people/person.js';
import { ApiError } from './errors.js';
import { etagHeader, ifMatch } from './etag.js';
import { instant } from './instant.js';
import { setupNotFound, tenantNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { route, type Route } from './route.js';

export interface HeldDependencies extends HeldPorts, DecidePorts {
  readonly tenants: HeldPorts['tenants'];
  readonly setups: HeldPorts['setups'];
  readonly removals: HeldPorts['removals'];
  readonly publicUrl: string;
}

const PATH = 'v1/tenants/{tenantId}/setups/{setupId}/held';

const heldResource = z.strictObject({
  personId: z.string(),
  directoryId: z.string(),
  displayName: z.string().nullable(),
  mail: z.string().nullable(),
  reason: z
    .enum(['leftScope', 'accountDisabled', 'deletedInDirectory', 'groupsVanished'])
    .describe(
      'groupsVanished: the person stays, and would lose grants because groups that gave them are gone.',
    ),
  grants: z
    .array(z.string())
    .readonly()
    .describe(
      'Of groupsVanished what would be lost, the first 100: role:{id}, membership:{kind}:{id}, host:{id}, organizationalUnit:{id}, segment:{id}. A removal takes everything.',
    ),
  since: instant,
});

const decisionBody = z.strictObject({
  etag: z.string().max(200).optional().describe('ETag of the list that was seen, in place of If-Match.'),
});
const decisionResource = z.strictObject({
  count: z.int().min(0).describe('Removals decided about; a job carries it out.'),
});

export function heldRoutes(dependencies: HeldDependencies): Route[] {
  return [
    listRoute(dependencies),
    decisionRoute(dependencies, 'approve'),
    decisionRoute(dependencies, 'reject'),
  ];
}

function listRoute(dependencies: HeldDependencies): Route {
  return route({
    operationId: 'listHeld',
    summary: 'Removals that the guard holds until somebody decides.',
    method: 'GET',
    path: PATH,
    role: 'Admin',
    query: pageQuery,
    body: null,
    status: 200,
    answer: listOf(heldResource),
    headers: { ETag: 'Version of the whole list, which an approval or rejection names.' },
    errors: [],
    async handle(call) {
      const { tenantId, setupId } = call.parameters;
      const outcome = await listHeld(dependencies, tenantId, setupId, listRequest(call));
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'setupNotFound':
          throw setupNotFound();
        case 'found':
          return {
            body: toList(outcome.page, call, toHeldResource),
            headers: { etag: etagHeader(outcome.tag) },
          };
      }
    },
  });
}

function decisionRoute(dependencies: HeldDependencies, kind: 'approve' | 'reject'): Route {
  return route({
    operationId: `${kind}Held`,
    summary:
      kind === 'approve'
        ? 'Lets the removals of the list that was seen go; who came back meanwhile is left alone.'
        : 'Keeps everybody of the list that was seen, until what they are derived from changes.',
    method: 'POST',
    path: kind === 'approve' ? `${PATH}/approve` : `${PATH}/reject`,
    role: 'Admin',
    query: null,
    body: decisionBody,
    status: 202,
    answer: decisionResource,
    headers: { 'Operation-Location': 'Address of the list, which empties as the job carries it out.' },
    errors: ['PreconditionFailed', 'QueueUnavailable'],
    async handle({ parameters: { tenantId, setupId }, body, header, principal }) {
      const accepts = ifMatch(header('if-match') ?? quoted(body.etag));
      if (accepts === null) throw etagMissing();
      const key = { tenantId, setupId };
      const outcome = await decideHeld(dependencies, key, { kind, decidedBy: principal.name }, (tag) =>
        accepts(etagHeader(tag)),
      );
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'setupNotFound':
          throw setupNotFound();
        case 'preconditionFailed':
          throw new ApiError('PreconditionFailed', 'The list has changed since that version was read.');
        case 'decided': {
          const path = `/api/v1/tenants/${tenantId}/setups/${setupId}/held`;
          const location = new URL(path, dependencies.publicUrl).href;
          return { body: { count: outcome.count }, headers: { 'operation-location': location } };
        }
      }
    },
  });
}

/** As it stands in the header, or without its quotes. */
function quoted(etag: string | undefined): string | null {
  if (etag === undefined) return null;
  return etag === '*' ? '"*"' : etagHeader(etag);
}

function etagMissing(): ApiError {
  return new ApiError('InvalidRequest', 'etag or If-Match must name the version of the list that was seen.', {
    target: 'etag',
  });
}

function toHeldResource(removal: HeldRemoval): z.input<typeof heldResource> {
  const { setupId, directoryId, displayName, mail, reason, losing, since } = removal;
  const personId = personIdOf(setupId, directoryId);
  return { personId, directoryId, displayName, mail, reason, grants: losing, since };
}
