import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity';

/**
 * The application's own identity towards Azure services: the managed identity and nothing else, so that no other
 * credential that happens to lie on a machine is ever used.
 *
 * @param clientId of a user-assigned identity; null for the system-assigned one
 */
export function createOwnCredential(clientId: string | null): TokenCredential {
  return clientId === null ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
}
