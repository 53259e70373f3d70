import type { AppSecret } from '../control-api.js';
import { derivedGuid } from '../derived-guid.js';
import type { GraphCall, RouteAnswer } from '../http/call.js';
import { entityItem, entityList, type Entity } from './entity-list.js';

/** `GET /applications`: the apps whose home this tenant is (graph-protocol 4.10). */
export function applicationsRoute(call: GraphCall): RouteAnswer {
  return entityList(call, 'applications', applicationsOf(call));
}

/** `GET /applications/{id}`, by the object's id. */
export function applicationRoute(call: GraphCall): RouteAnswer {
  return entityItem(call, 'applications', applicationsOf(call));
}

interface HomeApp {
  readonly clientId: string;
  readonly displayName?: string;
  readonly secrets: readonly AppSecret[];
}

function applicationsOf({ tenant, context }: GraphCall): readonly Entity[] {
  const atHome = [...context.consentApps.values()].filter(
    (app) => app.homeTenantId?.toLowerCase() === tenant.id,
  );
  const registered: HomeApp[] = [...tenant.apps.values()];
  return [...registered, ...atHome].map((app) => ({
    id: derivedGuid(`application ${app.clientId.toLowerCase()}`),
    attributes: {
      appId: app.clientId,
      displayName: app.displayName ?? app.clientId,
      createdDateTime: firstDay,
      signInAudience: 'AzureADMultipleOrgs',
      passwordCredentials: app.secrets.map((secret, index) => passwordCredential(app, secret, index)),
      keyCredentials: [],
    },
  }));
}

const firstDay = '2024-01-01T00:00:00Z';
/** What Graph prints where a secret was made to last for ever. */
const noEnd = '2299-12-31T00:00:00Z';

/** The secret itself is told only by the answer that makes it. */
function passwordCredential(
  app: HomeApp,
  secret: AppSecret,
  index: number,
): Readonly<Record<string, unknown>> {
  return {
    customKeyIdentifier: null,
    displayName: secret.displayName ?? null,
    endDateTime: secret.expiresAt ?? noEnd,
    hint: secret.value.slice(0, 3),
    keyId: secret.keyId ?? derivedGuid(`secret ${index} of ${app.clientId.toLowerCase()}`),
    secretText: null,
    startDateTime: firstDay,
  };
}
