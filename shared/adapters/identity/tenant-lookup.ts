import { z } from 'zod';

import type { Cloud, CloudHosts } from '../../core/cloud.js';
import { Failure, Unavailable } from '../../core/failures.js';
import type { TenantLookup } from '../../ports/tenant-lookup.js';
import { boundedText } from './bounded-text.js';
import { discoveredCloud } from './discovered-cloud.js';
import { repeatingFetch, type Fetch } from './repeating-fetch.js';

export interface TenantLookupOptions {
  /** Addresses of a cloud that the deployment serves. */
  readonly clouds: (cloud: Cloud) => CloudHosts;
  /** Milliseconds for one request with its answer, attempts included. */
  readonly requestTimeoutMs: number;
  /** In place of the platform's fetch, and of the repetition of requests that goes with it. */
  readonly fetch?: Fetch;
}

/** A document has about 2 KB. */
const LONGEST_DOCUMENT = 64 * 1024;
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * "No such tenant" and "that can be no tenant's name".
 * Source: learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const UNKNOWN_TENANT = [90002, 900021, 900023];

const short = z.string().max(500).nullish().catch(null);
const document = z.looseObject({
  issuer: z.string().max(2_000),
  tenant_region_sub_scope: short,
  cloud_instance_name: short,
  msgraph_host: short,
});
const refusal = z.looseObject({
  error: z.string().max(200).nullish(),
  error_codes: z.array(z.number()).max(20).nullish().catch(null),
  error_description: z.string().nullish().catch(null),
});

/**
 * Asks the discovery document of a tenant, which the login service gives to anybody: no token, no credential, and
 * no redirect is followed, so that only the cloud's own login host is ever spoken to.
 * Source: learn.microsoft.com/entra/identity-platform/v2-protocols-oidc (the OpenID configuration document).
 */
export function createTenantLookup(options: TenantLookupOptions): TenantLookup {
  const send = options.fetch ?? repeatingFetch(options.requestTimeoutMs, LONGEST_DOCUMENT);
  return {
    find: async (tenant, cloud) => {
      const hosts = options.clouds(cloud);
      const login = new URL(hosts.login).origin;
      const address = `${login}/${encodeURIComponent(tenant)}/v2.0/.well-known/openid-configuration`;
      try {
        const response = await send(address, {
          redirect: 'manual',
          headers: { accept: 'application/json' },
          signal: AbortSignal.timeout(options.requestTimeoutMs),
        });
        return { ...(await read(response, tenant, cloud, hosts)), serverTime: dateOf(response) };
      } catch (error) {
        if (error instanceof Failure) throw error;
        throw new Unavailable('The login service could not be asked for the tenant', null, { cause: error });
      }
    },
  };
}

type Told =
  { readonly kind: 'found'; readonly tenantId: string; readonly cloud: Cloud } | { kind: 'unknown' };

async function read(response: Response, tenant: string, cloud: Cloud, hosts: CloudHosts): Promise<Told> {
  const body = parseJson(await boundedText(response, LONGEST_DOCUMENT));
  if (!response.ok) {
    if (response.status >= 400 && response.status < 500 && saysUnknown(body)) return { kind: 'unknown' };
    throw new Unavailable(`The login service answered ${response.status} about the tenant`);
  }
  const parsed = document.safeParse(body);
  if (!parsed.success) throw new Unavailable('The login service told nothing usable about the tenant');
  const tenantId = guidIn(parsed.data.issuer) ?? asGuid(tenant);
  if (tenantId === null) throw new Unavailable('The login service did not tell the id of the tenant');
  return { kind: 'found', tenantId, cloud: discoveredCloud(parsed.data, cloud, hosts) };
}

function saysUnknown(body: unknown): boolean {
  const parsed = refusal.safeParse(body);
  if (!parsed.success) return false;
  const { error, error_codes: codes, error_description: description } = parsed.data;
  const told = /AADSTS(\d{2,9})/.exec(description ?? '')?.[1];
  const known = [...(codes ?? []), ...(told === undefined ? [] : [Number(told)])];
  return error === 'invalid_tenant' || known.some((code) => UNKNOWN_TENANT.includes(code));
}

/** The issuer's first segment is the tenant: `https://login.microsoftonline.com/{tenant id}/v2.0`. */
function guidIn(issuer: string): string | null {
  return URL.canParse(issuer) ? asGuid(new URL(issuer).pathname.split('/')[1] ?? '') : null;
}

function asGuid(text: string): string | null {
  const lower = text.toLowerCase();
  return GUID.test(lower) ? lower : null;
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

function dateOf(response: Response): number | null {
  const date = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(date) ? null : date;
}
