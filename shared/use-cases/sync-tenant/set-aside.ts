import type { DeltaPage } from '../../core/delta-page.js';
import type { SyncJob } from '../../core/job.js';
import type { Resource } from '../../core/resource.js';
import type { Session } from './session.js';
import type { SyncPorts } from './ports.js';

const LONGEST_BODY = 16_000;

/** Elements of a good page that name no object: kept for a person to look at, the rest of the page goes on. */
export async function setAsideElements(
  session: Session,
  resource: Resource,
  unusable: DeltaPage['unusable'],
): Promise<void> {
  for (const element of unusable) {
    await session.ports.deadLetters.put({
      tenantId: session.tenantId,
      id: session.ports.chance.newId(),
      kind: 'element',
      reason: `An element of the delta of ${resource}: ${element.problem}`,
      body: element.sample.slice(0, LONGEST_BODY),
      messageId: null,
      setAsideAt: session.now(),
    });
  }
}

/** A job that leads nowhere: it waits among the dead letters for an operator to replay or discard it. */
export async function setAsideJob(
  ports: Pick<SyncPorts, 'deadLetters' | 'chance' | 'clock' | 'log'>,
  job: SyncJob,
  reason: string,
): Promise<void> {
  const id = ports.chance.newId();
  await ports.deadLetters.put({
    tenantId: job.tenantId,
    id,
    kind: 'job',
    reason,
    body: JSON.stringify(job).slice(0, LONGEST_BODY),
    messageId: null,
    setAsideAt: new Date(ports.clock.now()).toISOString(),
  });
  ports.log.error('A job was set aside', { tenantId: job.tenantId, deadLetter: id, reason });
}
