/** The pages of a session, below the address that carries its cookie. */
export type SessionPage =
  | 'overview'
  | 'consent'
  | 'credential'
  | 'confirmed'
  | 'doctor'
  | 'read'
  | 'setups'
  | 'new-setup'
  | 'disconnect'
  | 'disconnection'
  | 'leave';

/** What can be looked at, or done, in one setup. */
export type SetupPart =
  'start' | 'pause' | 'preview' | 'numbers' | 'people' | 'groups' | 'mappings' | 'fields';

const BASE = '/api/connect';

/** Path of the pages of one tenant, which is also the path of the session's cookie. */
export function tenantPath(tenantId: string): string {
  return `${BASE}/${tenantId}`;
}

export function sessionPath(tenantId: string, page: SessionPage): string {
  return page === 'overview' ? tenantPath(tenantId) : `${tenantPath(tenantId)}/session/${page}`;
}

/** Route of a page of a session, below /api/. A link has one segment less, so that neither is taken for the other. */
export function sessionRoute(page: SessionPage): string {
  return sessionPath('{tenantId}', page).replace('/api/', '');
}

export function setupPath(tenantId: string, setupId: string, part: SetupPart | null = null): string {
  const page = `${sessionPath(tenantId, 'setups')}/${setupId}`;
  return part === null ? page : `${page}/${part}`;
}

export function setupRoute(part: SetupPart | null = null): string {
  return setupPath('{tenantId}', '{setupId}', part).replace('/api/', '');
}

/** Path of why a user of the directory is in a setup or not. */
export function personPath(tenantId: string, setupId: string, directoryId: string): string {
  return `${setupPath(tenantId, setupId, 'people')}/${directoryId}`;
}

export function personRoute(): string {
  return personPath('{tenantId}', '{setupId}', '{personId}').replace('/api/', '');
}

export const LINK_ROUTE = 'connect/{tenantId}/{token}';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The tenant that an address names; null where it names none that could be. */
export function tenantIn(parameters: Readonly<Record<string, string>>): string | null {
  const id = (parameters['tenantId'] ?? '').toLowerCase();
  return GUID.test(id) ? id : null;
}

/** The token that an address carries; null where it cannot be one of ours. */
export function tokenIn(parameters: Readonly<Record<string, string>>): string | null {
  const token = parameters['token'] ?? '';
  return /^[A-Za-z0-9_-]{43}$/.test(token) ? token : null;
}

/** The setup that an address names; null where it names none that could be. */
export function setupIn(parameters: Readonly<Record<string, string>>): string | null {
  const id = parameters['setupId'] ?? '';
  return /^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id) ? id : null;
}

/** The directory object that an address names; null if it names none that could be. */
export function personIn(parameters: Readonly<Record<string, string>>): string | null {
  const id = (parameters['personId'] ?? '').toLowerCase();
  return GUID.test(id) ? id : null;
}
