import { z } from 'zod';

import type { GraphCaller, GraphSide } from './graph-caller.js';
import { badPage, readEnvelope } from './page-envelope.js';

const application = z.looseObject({
  passwordCredentials: z
    .array(z.looseObject({ keyId: z.string().nullish(), endDateTime: z.string().nullish() }))
    .nullish(),
});

/**
 * The end of the password credential whose key id is the secret's id. The list is of one application at most, and
 * empty in every tenant but its home.
 * Source: api-reference/v1.0/resources/passwordcredential.md, api/application-list.md.
 */
export async function readSecretEnd(
  caller: GraphCaller,
  side: GraphSide,
  clientId: string,
  secretId: string,
): Promise<string | null> {
  const filter = encodeURIComponent(`appId eq '${clientId.replaceAll("'", "''")}'`);
  const address = `${side.origin}/v1.0/applications?$filter=${filter}&$select=id,appId,passwordCredentials`;
  const origin = { address, graphOrigin: side.origin };
  const envelope = readEnvelope(await caller.call(side, { method: 'get', address }), origin);
  const found = z.array(application).safeParse(envelope.value);
  if (!found.success) throw badPage(origin, 'an element is no application', found.error);
  const secrets = found.data.flatMap(({ passwordCredentials }) => passwordCredentials ?? []);
  const own = secrets.find(({ keyId }) => keyId?.toLowerCase() === secretId.toLowerCase());
  const end = Date.parse(own?.endDateTime ?? '');
  return Number.isNaN(end) ? null : new Date(end).toISOString();
}
