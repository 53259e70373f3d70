import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity';

import { keptConnections } from '../http/kept-connections.js';

/**
 * The application's own identity towards Azure services: the managed identity and nothing else, so that no other
 * credential that happens to lie on a machine is ever used. Its SDK repeats a token request by itself.
 *
 * @param clientId of a user-assigned identity; null for the system-assigned one
 */
export function createOwnCredential(clientId: string | null): TokenCredential {
  const options = { httpClient: keptConnections };
  return new ManagedIdentityCredential(clientId === null ? options : { ...options, clientId });
}
