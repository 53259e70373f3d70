import { CredentialRefused, RequestRefused } from '../failures.js';
import type { Fact, TenantFacts } from './facts.js';
import { finding, type Finding } from './finding.js';

const TENANT_UNKNOWN: readonly number[] = [90002, 900023];
/** Its advice is to disconnect: only numbers that leave no doubt are here. */
const WRONG_CLOUD: readonly number[] = [900432, 500011];

/** Whether an AADSTS number of a refused token tells of the tenant's whereabouts, whichever application asked. */
export function isAboutPlace(code: number): boolean {
  return TENANT_UNKNOWN.includes(code) || WRONG_CLOUD.includes(code);
}

/**
 * Whether the tenant is where it is looked for. 90002 alone cannot tell a wrong id from a wrong cloud: what the login
 * service tells anybody of the tenant does. Whoever got a token is in the right place.
 */
export function placeFindings(facts: TenantFacts): readonly Finding[] {
  const { tenant, whereabouts, applications } = facts;
  if (applications.some(({ permissions }) => permissions.kind === 'told')) return [];
  if (isUnserved(whereabouts)) {
    const message = `This deployment does not serve the cloud ${tenant.cloud} any more, so that nobody is asked.`;
    return [finding('CloudNotServed', { message })];
  }
  if (whereabouts.kind === 'told' && whereabouts.value.cloud === null) return [finding('TenantUnknown')];
  if (whereabouts.kind === 'told' && whereabouts.value.cloud !== tenant.cloud) {
    const { cloud } = whereabouts.value;
    return [
      finding('WrongCloud', {
        message: `The tenant lives in the cloud ${cloud}, and was connected with ${tenant.cloud}.`,
        fix: `Disconnect the tenant, and connect it again with "cloud": "${cloud}".`,
      }),
    ];
  }
  const code = refusedCodes(facts).find(isAboutPlace);
  if (code === undefined) return [];
  if (TENANT_UNKNOWN.includes(code) && whereabouts.kind !== 'told') return [finding('TenantUnknown')];
  const message = `The login service says that the tenant, or its Microsoft Graph, is not of the cloud ${tenant.cloud} (AADSTS${code}).`;
  return [finding('WrongCloud', { message })];
}

/** Whether nobody was asked, since the deployment's settings no longer name the tenant's cloud. */
export function isUnserved(fact: Fact<unknown>): boolean {
  return (
    fact.kind === 'failed' && fact.failure instanceof RequestRefused && fact.failure.code === 'CloudNotServed'
  );
}

function refusedCodes({ applications }: TenantFacts): number[] {
  return applications.flatMap(({ permissions }) =>
    permissions.kind === 'failed' && permissions.failure instanceof CredentialRefused
      ? [permissions.failure.code ?? 0]
      : [],
  );
}
