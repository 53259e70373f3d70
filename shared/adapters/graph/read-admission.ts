import { z } from 'zod';

import type { Admission } from '../../core/consent-proof.js';
import { readTenantId } from './candidate-probe.js';
import type { GraphCaller, GraphSide } from './graph-caller.js';

const claimed = z.looseObject({
  roles: z.array(z.string()).catch([]),
  tid: z.guid().toLowerCase().nullable().catch(null),
});
type Claims = z.infer<typeof claimed>;

/** With one of these /organization answers: https://learn.microsoft.com/graph/api/organization-get */
const READS_ORGANIZATION = [
  'Organization.Read.All',
  'Organization.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
];

/**
 * What a fresh token of our own application may do, and which directory it is for. The directory itself is asked,
 * unless none of the permissions lets /organization be read; then the token's own word counts, which the login
 * service gave for that tenant alone.
 */
export async function readAdmission(
  caller: GraphCaller,
  side: GraphSide,
  tenantId: string,
): Promise<Admission> {
  const { roles, tid } = claimsOf(await side.token({ fresh: true }));
  if (!roles.some((role) => READS_ORGANIZATION.includes(role))) return { roles, tenantId: tid ?? tenantId };
  return { roles, tenantId: await readTenantId(caller, side) };
}

/** Our own token, just received from the login service, so its signature is no question; unreadable: no claims. */
function claimsOf(token: string): Claims {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    return claimed.parse(JSON.parse(payload));
  } catch {
    return { roles: [], tid: null };
  }
}
