import type { Subscription } from '../../shared/core/subscription.js';

export const LIFECYCLE_URL = 'https://rollcall.example/api/graph/lifecycle';

/** One that was made when it was renewed last. */
export function aSubscription(values: Partial<Subscription> = {}): Subscription {
  const renewedAt = values.renewedAt ?? '2026-03-10T11:50:00Z';
  return {
    tenantId: '11111111-1111-4111-8111-111111111111',
    subscriptionId: '7f105c7d-2dc5-4530-97cd-4e7ae6504c07',
    resource: 'users',
    clientStateHash: 'hash',
    expiresAt: '2026-04-01T00:00:00Z',
    renewedAt,
    madeAt: renewedAt,
    changeTypes: 'updated,deleted',
    lifecycleUrl: LIFECYCLE_URL,
    ...values,
  };
}
