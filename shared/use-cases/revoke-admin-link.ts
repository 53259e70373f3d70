import type { AdminLinks } from '../ports/admin-links.js';

/**
 * Takes a link back; a session that was begun with it ends at once. Answers false where there is no such link.
 */
export async function revokeAdminLink(
  ports: { readonly adminLinks: AdminLinks },
  tenantId: string,
  linkId: string,
): Promise<boolean> {
  return await ports.adminLinks.remove(tenantId, linkId);
}
