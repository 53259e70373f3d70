import type { Setup } from '../../core/setup/setup.js';
import type { ListPage } from '../../ports/mirror.js';
import type { OversizedPerson } from '../../ports/oversized-people.js';
import type { FindingPorts } from './ports.js';

const AT_ONCE = 1_000;

/** Of whom jobs found that they are too large to be people; nobody of a setup that is not started. */
export async function oversizedOf(
  { oversizedPeople }: Pick<FindingPorts, 'oversizedPeople'>,
  { tenantId, setupId, state }: Setup,
): Promise<readonly OversizedPerson[]> {
  if (state !== 'started') return [];
  const found: OversizedPerson[] = [];
  let after: string | null = null;
  do {
    const request = { after, limit: AT_ONCE };
    const page: ListPage<OversizedPerson> = await oversizedPeople.list(tenantId, setupId, request);
    found.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return found;
}
