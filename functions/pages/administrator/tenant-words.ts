import type { LinkPurpose } from '../../../shared/core/admin-link.js';
import { secretState } from '../../../shared/core/secret-expiry.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import { awaitsSetup } from '../../../shared/core/tenant-state.js';
import { administratorFix } from '../administrator-fix.js';
import { withoutApiCalls } from '../without-api-calls.js';

/** How a connection is, in words for the customer's administrator. */
export interface TenantWords {
  readonly tone: 'good' | 'bad' | 'neutral';
  /** Where it stands, a sentence. */
  readonly standing: string;
  /** The one thing for the administrator to do, a sentence. */
  readonly next: string;
}

const NOTHING = 'There is nothing for you to do.';
const NOTHING_READ_YET = 'The directory is connected. Nothing is read until whoever invited you starts it.';
const INVITER = 'whoever invited you';

/**
 * @param purposes what this administrator may do about it
 * @param now epoch milliseconds
 */
export function tenantWords(tenant: Tenant, purposes: readonly LinkPurpose[], now: number): TenantWords {
  const { state } = tenant;
  switch (state.kind) {
    case 'awaitingConsent':
      return { tone: 'neutral', standing: 'The directory is not connected yet.', next: firstStep(purposes) };
    case 'parked':
      return {
        tone: 'bad',
        standing: `Reading has stopped. ${asSentence(state.reason)}`,
        next: administratorFix(null, state.fix, INVITER).text,
      };
    case 'attention': {
      const [matter] = state.matters;
      const standing = awaitsSetup(state)
        ? `${NOTHING_READ_YET} Something is to be mended soon.`
        : 'The directory is connected and kept up to date, and something is to be mended soon.';
      if (matter === undefined) return { tone: 'bad', standing, next: NOTHING };
      const { text } = administratorFix(null, matter.fix, INVITER);
      return { tone: 'bad', standing, next: `${withoutApiCalls(asSentence(matter.reason))} ${text}` };
    }
    case 'connected':
      return aboutSecret(tenant, now, NOTHING_READ_YET);
    case 'running':
      return aboutSecret(tenant, now, 'The directory is connected and kept up to date.');
    case 'disconnecting':
      return { tone: 'neutral', standing: 'The directory is being disconnected.', next: NOTHING };
  }
}

function firstStep(purposes: readonly LinkPurpose[]): string {
  const ways = [
    ...(purposes.includes('connect') ? ['give consent'] : []),
    ...(purposes.includes('credential') ? ['enter a client secret of an application of your own'] : []),
  ];
  if (ways.length === 0) return `Ask ${INVITER} to have it connected first.`;
  return `To connect it, ${ways.join(', or ')}.`;
}

function aboutSecret({ credential }: Tenant, now: number, standing: string): TenantWords {
  const expiresOn = credential?.expiresOn ?? null;
  const day = expiresOn?.slice(0, 10) ?? '';
  switch (secretState(expiresOn, now)) {
    case 'expired':
      return {
        tone: 'bad',
        standing,
        next: `The client secret expired on ${day}: make a new one in Entra and enter it.`,
      };
    case 'expiring':
      return {
        tone: 'neutral',
        standing,
        next: `The client secret expires on ${day}: make a new one in Entra before that day and enter it.`,
      };
    case 'valid':
    case 'unknown':
      return { tone: 'good', standing, next: NOTHING };
  }
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
