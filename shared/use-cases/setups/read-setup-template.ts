import type { SetupTemplate } from '../../core/setup/setup.js';
import type { Stored } from '../../ports/registry.js';
import type { TemplatePorts } from './ports.js';

/** Null where there is none. */
export async function readSetupTemplate(
  { setupTemplates }: Pick<TemplatePorts, 'setupTemplates'>,
  templateId: string,
): Promise<Stored<SetupTemplate> | null> {
  return await setupTemplates.get(templateId);
}
