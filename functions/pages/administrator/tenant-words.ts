import type { LinkPurpose } from '../../../shared/core/admin-link.js';
import { secretState } from '../../../shared/core/secret-expiry.js';
import type { Tenant } from '../../../shared/core/tenant.js';

/** How a connection is, in words for the customer's administrator. */
export interface TenantWords {
  readonly tone: 'good' | 'bad' | 'neutral';
  /** Where it stands, a sentence. */
  readonly standing: string;
  /** The one thing for the administrator to do, a sentence. */
  readonly next: string;
}

const NOTHING = 'There is nothing for you to do.';

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
        next: withoutApiCalls(state.fix),
      };
    case 'attention': {
      const [matter] = state.matters;
      const standing = 'The directory is connected and kept up to date, and something is to be mended soon.';
      const next = matter === undefined ? NOTHING : `${asSentence(matter.reason)} ${matter.fix}`;
      return { tone: 'bad', standing, next: withoutApiCalls(next) };
    }
    case 'connected':
      return aboutSecret(
        tenant,
        now,
        'The directory is connected. Nothing is read until whoever invited you starts it.',
      );
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

/** Findings name calls of the API for whoever operates this; to the customer's administrator they say nothing. */
const API_CALLS = / \((?:GET|POST|PUT|PATCH|DELETE) [^)]*\)/g;

export function withoutApiCalls(sentence: string): string {
  return sentence.replace(API_CALLS, '');
}
