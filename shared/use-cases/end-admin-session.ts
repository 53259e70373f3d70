import type { AdminLinks } from '../ports/admin-links.js';

/** Ends a session at once, before its time. */
export async function endAdminSession(
  ports: { readonly adminLinks: AdminLinks },
  tenantId: string,
  sessionId: string,
): Promise<void> {
  await ports.adminLinks.endSession(tenantId, sessionId);
}
