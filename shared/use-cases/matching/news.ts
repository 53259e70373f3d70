import type { Setup } from '../../core/setup/setup.js';
import { matchingBasis } from './matching-basis.js';
import type { RecordMatchingPorts } from './ports.js';

/** Whether there is anything to take over, or everybody is to be matched again. */
export async function hasNews(ports: RecordMatchingPorts, setup: Setup): Promise<boolean> {
  const { tenantId, setupId } = setup;
  const [uploads, decisions, news, isOtherwise] = await Promise.all([
    awaitsRecords(ports, tenantId, setupId),
    ports.matchDecisions.news(tenantId, setupId, 1),
    ports.recordNews.list(tenantId, setupId, 1),
    isMatchedOtherwise(ports, setup),
  ]);
  return uploads || isOtherwise || decisions.length + news.length > 0;
}

/** Whether a list of records waits. */
export async function awaitsRecords(
  { recordUploads }: Pick<RecordMatchingPorts, 'recordUploads'>,
  tenantId: string,
  setupId: string,
): Promise<boolean> {
  const uploads = await recordUploads.open(tenantId, setupId);
  return uploads.some(({ status }) => status !== 'receiving');
}

/** Whether there is anything to match with, or a list of records waits. */
export async function hasRecords(
  ports: Pick<RecordMatchingPorts, 'recordUploads' | 'matchingStates'>,
  tenantId: string,
  setupId: string,
): Promise<boolean> {
  // In this order: a list that a job takes over in between is active before it ceases to wait.
  if (await awaitsRecords(ports, tenantId, setupId)) return true;
  return (await ports.matchingStates.get(tenantId, setupId)).isActive;
}

/** Whether everybody was matched by other keys, for another organization, by older rules, or not to the end. */
export async function isMatchedOtherwise(
  { matchingStates }: Pick<RecordMatchingPorts, 'matchingStates'>,
  setup: Setup,
): Promise<boolean> {
  const { isComplete, basis } = await matchingStates.get(setup.tenantId, setup.setupId);
  return isComplete && basis !== matchingBasis(setup);
}
