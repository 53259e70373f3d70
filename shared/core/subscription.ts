import type { Resource } from './resource.js';

/** A Graph change-notification subscription of a tenant, as the product keeps it. */
export interface Subscription {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly resource: Resource;
  /** SHA-256 of the client state, hexadecimal; the client state itself is kept by Graph alone. */
  readonly clientStateHash: string;
  /** ISO 8601 UTC. */
  readonly expiresAt: string;
  /** When it was made or last renewed; a renewal also refreshes the access token bound to it. ISO 8601 UTC. */
  readonly renewedAt: string;
}
