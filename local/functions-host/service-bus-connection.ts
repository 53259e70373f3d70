import { ManagedIdentityCredential } from '@azure/identity';
import { ServiceBusClient } from '@azure/service-bus';
import type { Environment } from './host-json.js';

/** How a binding's connection name leads to a namespace. */
export type BusConnection =
  | { readonly kind: 'connectionString'; readonly connectionString: string }
  | { readonly kind: 'identity'; readonly namespace: string; readonly clientId: string | undefined };

/**
 * Milliseconds that a request for the next session waits at the broker before it is made anew. Short, because a client
 * whose connection is cut while it opens a link hears of it only by time.
 */
export const sessionPollMs = 5_000;

/** The real host looks for a setting with this in front of the name first. */
const webJobsPrefix = 'AzureWebJobs';

/**
 * Resolves a binding's `connection` as the real extension does: the setting of that name is a connection string; if
 * there is none, `<name>__fullyQualifiedNamespace` names the namespace and the app signs in with its managed identity
 * (`<name>__clientId` for a user-assigned one).
 *
 * @throws Error naming the setting when neither is there, or when another credential than managedidentity is asked.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus#identity-based-connections
 */
export function resolveBusConnection(connection: string, environment: Environment): BusConnection {
  for (const name of [`${webJobsPrefix}${connection}`, connection]) {
    const connectionString = environment[name];
    if (connectionString !== undefined && connectionString !== '') {
      return { kind: 'connectionString', connectionString };
    }
    const namespace = environment[`${name}__fullyQualifiedNamespace`];
    if (namespace === undefined || namespace === '') continue;
    const credential = environment[`${name}__credential`] ?? 'managedidentity';
    if (credential.toLowerCase() !== 'managedidentity') {
      throw new Error(`${name}__credential is "${credential}"; only managedidentity is served locally.`);
    }
    return { kind: 'identity', namespace, clientId: environment[`${name}__clientId`] };
  }
  throw new Error(
    `Service Bus connection '${connection}' is missing: set ${connection} to a connection string, ` +
      `or ${connection}__fullyQualifiedNamespace.`,
  );
}

/**
 * Makes clients that retry nothing by themselves: the trigger's own loop goes on for as long as the host runs, and a
 * lost session cannot be settled by trying again. All of them share one credential, and so its tokens.
 */
export function busClientMaker(connection: BusConnection): () => ServiceBusClient {
  const options = { retryOptions: { maxRetries: 0, timeoutInMs: sessionPollMs } };
  switch (connection.kind) {
    case 'connectionString':
      return () => new ServiceBusClient(connection.connectionString, options);
    case 'identity': {
      const credential = credentialOf(connection.clientId);
      return () => new ServiceBusClient(connection.namespace, credential, options);
    }
  }
}

function credentialOf(clientId: string | undefined): ManagedIdentityCredential {
  return clientId === undefined || clientId === ''
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}
