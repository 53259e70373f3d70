import { RowTooLarge } from '../../core/failures.js';
import type { SetupTemplate } from '../../core/setup/setup.js';
import type { Stored } from '../../ports/registry.js';
import { overConflicts } from './over-conflicts.js';
import type { Precondition, TemplatePorts } from './ports.js';

export type PutSetupTemplateOutcome =
  | { readonly kind: 'saved'; readonly template: Stored<SetupTemplate> }
  | { readonly kind: 'preconditionFailed' }
  | { readonly kind: 'tooLarge' };

/**
 * Saves a template. What it names is looked for when a setup is made from it, where there is a tenant and an
 * organization to look in; setups that were made from it before stay as they are.
 * @throws RowConflict where others kept changing it
 */
export async function putSetupTemplate(
  { setupTemplates, clock }: TemplatePorts,
  { templateId, document }: Omit<SetupTemplate, 'changedAt'>,
  accepts: Precondition,
): Promise<PutSetupTemplateOutcome> {
  try {
    return await overConflicts(async (): Promise<PutSetupTemplateOutcome> => {
      const before = await setupTemplates.get(templateId);
      if (accepts !== null && (before === null || !accepts(before.tag)))
        return { kind: 'preconditionFailed' };
      const template = { templateId, document, changedAt: new Date(clock.now()).toISOString() };
      return { kind: 'saved', template: await setupTemplates.save(template, before?.tag ?? null) };
    });
  } catch (failure) {
    if (failure instanceof RowTooLarge) return { kind: 'tooLarge' };
    throw failure;
  }
}
