import type { CopyWish } from './copy-setup.js';
import { makeCopy, type MakeCopyOutcome } from './make-copy.js';
import type { SetupPorts, TemplatePorts } from './ports.js';

export type CopySetupTemplateOutcome = MakeCopyOutcome | { readonly kind: 'notFound' };

/** Makes a setup of a tenant from a template; it is saved and not started. */
export async function copySetupTemplate(
  ports: SetupPorts & Pick<TemplatePorts, 'setupTemplates'>,
  { tenantId, templateId }: { readonly tenantId: string; readonly templateId: string },
  { setupId, organizationId, changes }: CopyWish & { readonly organizationId: string },
): Promise<CopySetupTemplateOutcome> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  const template = await ports.setupTemplates.get(templateId);
  if (template === null) return { kind: 'notFound' };
  const document = { ...template.value.document, ...changes, organizationId };
  return await makeCopy(ports, tenant.value, setupId, document);
}
