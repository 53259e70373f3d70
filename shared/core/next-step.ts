import { secretState } from './secret-expiry.js';
import type { Tenant } from './tenant.js';
import { awaitsSetup, type Matter } from './tenant-state.js';

/**
 * The one thing to do next for a tenant, as a sentence.
 * @param now epoch milliseconds
 */
export function nextStep(tenant: Tenant, now: number): string {
  const { state } = tenant;
  switch (state.kind) {
    case 'disconnecting':
      return 'Nothing: everything of it is being removed.';
    case 'awaitingConsent':
      return tenant.bundles.length === 0
        ? 'Enter a credential (PUT credential).'
        : 'Send its administrator the consent link (POST consent), or enter a credential (PUT credential).';
    case 'parked':
      return whatToMend(state);
    case 'attention':
    case 'connected':
    case 'running':
      return nextStepOfConnected(tenant, now);
  }
}

function nextStepOfConnected(tenant: Tenant, now: number): string {
  if (tenant.paused) return 'Set paused to false when it shall go on.';
  const mending = whatToMendAtConnected(tenant, now);
  if (!awaitsSetup(tenant.state)) return mending ?? 'Nothing: it is kept up to date by itself.';
  return mending === null ? START_A_SETUP : `${mending} Then: ${START_A_SETUP}`;
}

const START_A_SETUP =
  'Save a setup (PUT setups) and start it (POST setups start), or ask for a run (POST runs), which fills the mirror once.';

/** Null where nothing is to be mended. */
function whatToMendAtConnected({ state, credential }: Tenant, now: number): string | null {
  const matters = state.kind === 'attention' ? state.matters : [];
  // It carries the earliest date; the credential only the one that the operator named.
  const secretMatter = matters.find(({ code }) => code === 'secretExpiring' || code === 'secretExpired');
  if (secretMatter !== undefined) return whatToMend(secretMatter);
  const expiresOn = credential?.expiresOn ?? null;
  switch (secretState(expiresOn, now)) {
    case 'expired':
      return `The client secret expired on ${day(expiresOn)}: make a new one in Entra and enter it (PUT credential).`;
    case 'expiring':
      return `The client secret expires on ${day(expiresOn)}: make a new one in Entra before that day, and enter it (PUT credential).`;
    case 'valid':
    case 'unknown': {
      const [matter] = matters;
      return matter === undefined ? null : whatToMend(matter);
    }
  }
}

function whatToMend({ reason, fix }: Pick<Matter, 'reason' | 'fix'>): string {
  return `${asSentence(reason)} ${asSentence(fix)}`;
}

function day(instant: string | null): string {
  return (instant ?? '').slice(0, 10);
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
