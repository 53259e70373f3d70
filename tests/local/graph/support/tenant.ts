import type { GraphEmulatorOptions } from '../../../../local/graph/emulator-options.js';
import { GraphEmulator } from '../../../../local/graph/emulator.js';
import { VirtualClock } from '../../../../local/graph/clock.js';

export const tenantId = '11111111-aaaa-4bbb-8ccc-000000000001';
export const clientId = '22222222-aaaa-4bbb-8ccc-000000000001';
const clientSecret = 'good';

export const everyRole = ['User.Read.All', 'GroupMember.Read.All', 'Group.Read.All', 'Organization.Read.All'];

/** An emulator on virtual time with one tenant, and a caller that holds a token for it. */
export async function emulatorWithTenant(options: GraphEmulatorOptions = {}, roles = everyRole) {
  const clock = new VirtualClock();
  const emulator = new GraphEmulator({ clock, ...options });
  const app = { clientId, secrets: [{ value: clientSecret }], roles };
  await emulator.createTenant({ tenantId, domain: 'contoso.example', apps: [app] });
  const token = await requestToken(emulator);
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    emulator.fetch(path.startsWith('http') ? path : `${emulator.graphUrl}/v1.0${path}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
  const send = (method: string, path: string, body?: unknown): Promise<Response> =>
    emulator.fetch(`${emulator.graphUrl}/v1.0${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return { emulator, clock, token, get, send };
}

/** The token endpoint's answer, raw. */
export function postToken(
  emulator: GraphEmulator,
  form: Readonly<Record<string, string>> = {},
  tenant: string = tenantId,
): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: `${emulator.graphUrl}/.default`,
    ...form,
  });
  return emulator.fetch(`${emulator.loginUrl}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body });
}

async function requestToken(emulator: GraphEmulator): Promise<string> {
  const response = await postToken(emulator);
  const { access_token: token } = (await response.json()) as { access_token: string };
  return token;
}

export interface Page {
  readonly value: Record<string, unknown>[];
  readonly '@odata.nextLink'?: string;
  readonly '@odata.deltaLink'?: string;
}

/** A whole delta round: every page's elements, and its delta link. */
export async function round(
  get: (path: string) => Promise<Response>,
  first: string,
): Promise<{ pages: Page[]; elements: Record<string, unknown>[]; deltaLink: string }> {
  const pages: Page[] = [];
  let link: string | undefined = first;
  while (link !== undefined) {
    const page = (await (await get(link)).json()) as Page;
    pages.push(page);
    link = page['@odata.nextLink'];
    if (page['@odata.deltaLink'] !== undefined) {
      return { pages, elements: pages.flatMap(({ value }) => value), deltaLink: page['@odata.deltaLink'] };
    }
  }
  throw new Error(`the round ended without a delta link: ${JSON.stringify(pages.at(-1))}`);
}
