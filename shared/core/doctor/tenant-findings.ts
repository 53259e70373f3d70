import { BUNDLE_FACTS, type Bundle } from '../bundle.js';
import type { Tenant } from '../tenant.js';
import type { TenantFacts } from './facts.js';
import { finding, type Finding } from './finding.js';

/** What the tenant itself says besides its issues: whether it is paused, and whether there is a way in at all. */
export function tenantFindings(facts: TenantFacts): readonly Finding[] {
  const { tenant, applications, unservedBundles } = facts;
  return [
    ...(tenant.paused ? [finding('TenantPaused')] : []),
    ...(applications.length === 0 ? [finding('CredentialMissing')] : []),
    ...unservedBundles.map((bundle) =>
      finding('BundleNotServed', { message: notServed(tenant, bundle) + consequence(bundle) }),
    ),
  ];
}

function notServed({ consents }: Tenant, bundle: Bundle): string {
  const { title } = BUNDLE_FACTS[bundle];
  const given = consents.find((consent) => consent.bundle === bundle);
  return given === undefined
    ? `“${title}” is asked for, and no application of this deployment asks consent for it`
    : `“${title}” was consented to, and the application for it (${given.clientId}) is not one of this deployment any more`;
}

function consequence(bundle: Bundle): string {
  return bundle === 'near-real-time' ? ': changes are read at night and by runs alone.' : '.';
}

/** Tokens are refused where clocks differ by more than this. */
const BEARABLE_SKEW_MS = 5 * 60 * 1000;

/** Our clock against that of the login service. */
export function clockFindings({ whereabouts }: TenantFacts): readonly Finding[] {
  if (whereabouts.kind !== 'told' || whereabouts.value.serverTime === null) return [];
  const ahead = whereabouts.value.ourTime - whereabouts.value.serverTime;
  if (Math.abs(ahead) <= BEARABLE_SKEW_MS) return [];
  const minutes = Math.round(Math.abs(ahead) / 60_000);
  const direction = ahead > 0 ? 'ahead of' : 'behind';
  return [
    finding('ClockSkew', {
      message: `The clock of this deployment is ${minutes} minutes ${direction} that of Microsoft's login service.`,
      fix: `Set the clock of the machine that Rollcall runs on ${ahead > 0 ? 'back' : 'forward'}, by a time server.`,
    }),
  ];
}
