import { NOTHING_FOUND, type TenantHealth } from '../../core/issues/tenant-health.js';
import type { ToldCode } from '../../core/issues/tenant-issue.js';
import { POLL_EVERY_MINUTES } from '../../core/polling.js';
import type { Tenant } from '../../core/tenant.js';
import type { TenantState } from '../../core/tenant-state.js';

/** A state as versions stored it that kept what needs attention in it, as sentences. */
interface AttentionState {
  readonly kind: 'attention';
  readonly since: string;
  readonly matters: readonly { readonly code: ToldCode; readonly reason: string; readonly fix: string }[];
  readonly before?: 'connected';
}

/** A tenant as its row has it, which may have been written by any version. */
export interface StoredTenant extends Omit<Tenant, 'state' | 'health' | 'pollEveryMinutes'> {
  readonly state: TenantState | AttentionState;
  /** Absent in rows of versions that recorded no health; parts of it in rows of versions that did not know them. */
  readonly health: Partial<TenantHealth> | null;
  /** Absent in rows of versions that did not poll. */
  readonly pollEveryMinutes: number | null;
}

export function storedTenant(stored: StoredTenant): Tenant {
  const { state } = stored;
  const health = { ...NOTHING_FOUND, ...stored.health };
  const common = { ...stored, pollEveryMinutes: stored.pollEveryMinutes ?? POLL_EVERY_MINUTES };
  if (state.kind !== 'attention') return { ...common, state, health };
  const { since, before = 'running', matters } = state;
  const told = matters.map(({ code, reason, fix }) => ({ code, since, told: { reason, fix } }));
  return { ...common, state: { kind: before, since }, health: { ...health, told } };
}
