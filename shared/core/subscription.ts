import type { Resource } from './resource.js';

/**
 * What a subscription watches for, as it was asked for; `updated` tells of creation and soft deletion too. Graph
 * refuses a second subscription to the same resource for the same changes, so that one that takes another's place has
 * to be of the other kind (concepts/change-notifications-delivery-webhooks.md).
 */
export type ChangeTypes = 'updated,deleted' | 'created,updated,deleted';

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
  /** When it was made, and its client state with it; null for one made before that was kept. ISO 8601 UTC. */
  readonly madeAt: string | null;
  /** Null for one made before that was kept: then it is the first kind. */
  readonly changeTypes: ChangeTypes | null;
  /** Where Graph tells what becomes of it; null for one made without, and Graph takes none later. */
  readonly lifecycleUrl: string | null;
}
