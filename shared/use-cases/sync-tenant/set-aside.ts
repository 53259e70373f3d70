import type { DeltaPage } from '../../core/delta-page.js';
import type { SyncJob } from '../../core/job.js';
import type { Resource } from '../../core/resource.js';
import { recordDeadLetters } from '../../ports/record-dead-letters.js';
import type { Session } from './session.js';
import type { SyncPorts } from './ports.js';

const LONGEST_BODY = 16_000;

/** So many elements of one stretch are kept as they came; the rest is only counted. */
const MOST_ELEMENTS = 20;

/**
 * Elements of a good page that name no object: kept for a person to look at, the rest of the page goes on. Their
 * ids are those of the stretch, so that a stretch that is repeated keeps them once.
 */
export async function setAsideElements(
  session: Session,
  resource: Resource,
  idPrefix: string,
  unusable: DeltaPage['unusable'],
): Promise<void> {
  for (const [index, element] of unusable.slice(0, MOST_ELEMENTS).entries()) {
    await session.keeper.renewIfDue();
    await session.ports.deadLetters.put({
      tenantId: session.tenantId,
      id: `${idPrefix}-${index}`,
      kind: 'element',
      reason: `An element of the delta of ${resource}: ${element.problem}`,
      body: element.sample.slice(0, LONGEST_BODY),
      messageId: null,
      setAsideAt: session.now(),
    });
  }
  if (unusable.length > 0) await recordDeadLetters(session.ports, session.tenantId);
}

/** A job that leads nowhere: it waits among the dead letters for an operator to replay or discard it. */
export async function setAsideJob(
  ports: Pick<SyncPorts, 'deadLetters' | 'tenants' | 'chance' | 'clock' | 'log'>,
  job: SyncJob,
  reason: string,
  options: { readonly tenantKnown: boolean } = { tenantKnown: true },
): Promise<void> {
  const id = ports.chance.newId();
  const tenantId = options.tenantKnown ? job.tenantId : null;
  await ports.deadLetters.put({
    tenantId,
    id,
    kind: 'job',
    reason,
    body: JSON.stringify(job).slice(0, LONGEST_BODY),
    messageId: null,
    setAsideAt: new Date(ports.clock.now()).toISOString(),
  });
  ports.log.error('A job was set aside', { tenantId: job.tenantId, deadLetter: id, reason });
  await recordDeadLetters(ports, tenantId);
}
