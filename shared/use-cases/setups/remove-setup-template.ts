import { overConflicts } from './over-conflicts.js';
import type { Precondition, TemplatePorts } from './ports.js';

export type RemoveSetupTemplateOutcome = 'removed' | 'preconditionFailed';

/** Removes a template; one that is not there is no fault. @throws RowConflict where others kept changing it */
export async function removeSetupTemplate(
  { setupTemplates }: Pick<TemplatePorts, 'setupTemplates'>,
  templateId: string,
  accepts: Precondition,
): Promise<RemoveSetupTemplateOutcome> {
  return await overConflicts(async () => {
    const stored = await setupTemplates.get(templateId);
    if (accepts !== null && (stored === null || !accepts(stored.tag))) return 'preconditionFailed';
    if (stored !== null) await setupTemplates.remove(templateId, stored.tag);
    return 'removed';
  });
}
