import type { SetupTemplate } from '../../core/setup/setup.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Stored } from '../../ports/registry.js';
import type { TemplatePorts } from './ports.js';

/** In the order of their ids. */
export async function listSetupTemplates(
  { setupTemplates }: Pick<TemplatePorts, 'setupTemplates'>,
  request: ListRequest,
): Promise<ListPage<Stored<SetupTemplate>>> {
  return await setupTemplates.list(request);
}
