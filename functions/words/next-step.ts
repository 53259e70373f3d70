import { issuesOf } from '../../shared/core/issues/issues-of.js';
import type { Tenant } from '../../shared/core/tenant.js';
import { operatorWords } from './operator.js';

/**
 * Returns the one thing for the operator to do next about a tenant, in a sentence or two.
 * @param now epoch milliseconds
 */
export function nextStep(tenant: Tenant, now: number): string {
  const { state, paused } = tenant;
  switch (state.kind) {
    case 'disconnecting':
      return 'Nothing: everything of it is being removed.';
    case 'awaitingConsent':
      return tenant.bundles.length === 0
        ? 'Enter a credential (PUT credential).'
        : 'Send its administrator the consent link (POST consent), or enter a credential (PUT credential).';
    case 'parked':
      return firstIssue(tenant, now) ?? '';
    case 'connected':
    case 'running': {
      if (paused) return 'Set paused to false when it shall go on (PATCH).';
      const first = firstIssue(tenant, now);
      if (state.kind === 'running') return first ?? 'Nothing: it is kept up to date automatically.';
      const start = startASetup(tenant);
      return first === null ? start : `${first} Then: ${start}`;
    }
  }
}

/** Null if there is none. */
function firstIssue(tenant: Tenant, now: number): string | null {
  const [first] = issuesOf(tenant, now);
  if (first === undefined) return null;
  const { message, fix } = operatorWords(first);
  return `${message} ${fix}`;
}

const FILL_ONCE = 'or ask for a run (POST runs), which fills the mirror once.';

function startASetup({ health: { waitingSetup } }: Tenant): string {
  if (waitingSetup === null)
    return `Save a setup (PUT setups) and start it (POST setups start), ${FILL_ONCE}`;
  const { setupId, designation, state } = waitingSetup;
  const start = `(POST setups/${setupId}/start)`;
  return state === 'paused'
    ? `The setup ${JSON.stringify(designation)} is paused, and no other is started: start it again ${start}, ${FILL_ONCE}`
    : `Start the setup ${JSON.stringify(designation)} ${start}, ${FILL_ONCE}`;
}
