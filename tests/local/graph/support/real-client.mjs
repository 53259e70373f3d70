/* Reads a directory with the real SDKs, in a process that trusts the emulator's certificate. */
import { ClientSecretCredential } from '@azure/identity';
import { Client } from '@microsoft/microsoft-graph-client';

const { graphUrl, loginUrl, tenantId, clientId, clientSecret, notificationUrl } = JSON.parse(
  process.env.REAL_CLIENT ?? '{}',
);

const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
  authorityHost: loginUrl,
  disableInstanceDiscovery: true,
});
const client = Client.initWithMiddleware({
  baseUrl: graphUrl,
  defaultVersion: 'v1.0',
  customHosts: new Set(['localhost']),
  authProvider: {
    getAccessToken: async () => (await credential.getToken(`${graphUrl}/.default`)).token,
  },
});

async function round(first) {
  const elements = [];
  let pages = 0;
  for (let link = first; link !== undefined; pages++) {
    const page = await client.api(link).get();
    elements.push(...page.value);
    link = page['@odata.nextLink'];
    if (page['@odata.deltaLink'] !== undefined)
      return { elements, pages: pages + 1, deltaLink: page['@odata.deltaLink'] };
  }
  throw new Error('no delta link');
}

async function subscribe() {
  if (notificationUrl === undefined) return {};
  const expirationDateTime = new Date(Date.now() + 3_600_000).toISOString();
  const body = {
    changeType: 'updated,deleted',
    resource: 'users',
    notificationUrl,
    clientState: 's',
    expirationDateTime,
  };
  const made = await client.api('/subscriptions').post(body);
  return { subscribed: made.id === undefined ? 0 : 201 };
}

const subscribed = await subscribe();
const users = await round('/users/delta?$select=displayName,mail,manager');
const groups = await round('/groups/delta?$select=displayName,members');
const again = await round(users.deltaLink);
const count = await client.api('/users/$count').header('ConsistencyLevel', 'eventual').get();
const refused = await client
  .api('/users/nobody')
  .get()
  .catch((error) => ({ statusCode: error.statusCode, code: error.code }));
const memberships = groups.elements.reduce((sum, group) => sum + (group['members@delta']?.length ?? 0), 0);

console.log(
  JSON.stringify({
    live: users.elements.filter((user) => user['@removed'] === undefined).length,
    pages: users.pages,
    groups: new Set(groups.elements.filter((group) => group['@removed'] === undefined).map(({ id }) => id))
      .size,
    memberships,
    again: again.elements.length,
    count: Number(count),
    refused,
    ...subscribed,
  }),
);
