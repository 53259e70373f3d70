import type { DeadLetter } from '../core/dead-letter.js';
import type { ListPage, ListRequest } from '../ports/mirror.js';
import type { DeadLetters } from '../ports/sync-state.js';

/**
 * What was set aside, over all tenants. Letters that name no tenant are only for those who may see everything.
 */
export async function listDeadLetters(
  ports: { readonly deadLetters: DeadLetters },
  request: ListRequest,
  seesUnknown: boolean,
): Promise<ListPage<DeadLetter>> {
  const page = await ports.deadLetters.listAll(request);
  return { rows: page.rows.filter((letter) => seesUnknown || letter.tenantId !== null), next: page.next };
}
