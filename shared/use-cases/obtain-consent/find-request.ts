import type { ConsentRequest } from '../../core/consent-request.js';
import { RowConflict } from '../../core/failures.js';
import type { Stored } from '../../ports/registry.js';
import type { ConsentLink, ConsentPorts } from './ports.js';

type RequestPorts = Pick<ConsentPorts, 'consentRequests' | 'clientStates'>;

/** Tokens are 32 bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The request that a link's token opens; null where it opens none. */
export async function findRequest(
  ports: RequestPorts,
  { tenantId, token }: ConsentLink,
): Promise<Stored<ConsentRequest> | null> {
  if (!TOKEN.test(token)) return null;
  return await ports.consentRequests.get(tenantId, ports.clientStates.hash(token));
}

/**
 * Decides on a request and saves what was decided; anew where somebody else was quicker. What has no request is
 * saved nowhere.
 */
export async function decideOn<Outcome extends { readonly kind: string }>(
  ports: RequestPorts,
  link: ConsentLink,
  decide: (request: ConsentRequest) => Outcome | (Outcome & { readonly request: ConsentRequest }),
): Promise<Outcome | null> {
  for (;;) {
    const stored = await findRequest(ports, link);
    if (stored === null) return null;
    const outcome = decide(stored.value);
    if (!('request' in outcome)) return outcome;
    try {
      await ports.consentRequests.save(outcome.request, stored.tag);
      return outcome;
    } catch (failure) {
      if (!(failure instanceof RowConflict)) throw failure;
    }
  }
}
