import type { GraphCall, RouteAnswer } from '../http/call.js';

/** `GET /organization`: the one organization of the tenant. */
export function organizationRoute(call: GraphCall): RouteAnswer {
  const { tenant, context, query } = call;
  const whole: Record<string, unknown> = {
    id: tenant.id,
    displayName: tenant.displayName,
    tenantType: 'AAD',
    countryLetterCode: null,
    createdDateTime: '2020-01-01T00:00:00Z',
    verifiedDomains: [
      { capabilities: 'Email', isDefault: true, isInitial: true, name: tenant.domain, type: 'Managed' },
    ],
  };
  const names = query.select === undefined ? Object.keys(whole) : ['id', ...query.select];
  const organization = Object.fromEntries(names.map((name) => [name, whole[name] ?? null]));
  const body = { '@odata.context': `${context.graphUrl}/v1.0/$metadata#organization`, value: [organization] };
  return { status: 200, body };
}
