import { randomUUID } from 'node:crypto';
import { askPatiently, ProductApiError, usualPatience, type Patience } from './patient-request.js';

/** What the commands read of a tenant. */
export interface TenantView {
  readonly tenantId: string;
  readonly displayName: string;
  /** As `GET /tenants` shows it. */
  readonly state?: string;
}

export interface ProgressView {
  readonly pages: number;
  readonly objects: number;
  readonly estimate: number | null;
  readonly done: boolean;
}

interface ChangeCountsView {
  readonly created: number;
  readonly updated: number;
  readonly softDeleted: number;
  readonly restored: number;
  readonly deleted: number;
}

/** A run as the product's API shows it. */
export interface RunView {
  readonly id: string;
  readonly trigger: string;
  readonly status: 'NotStarted' | 'Running' | 'Held' | 'Succeeded' | 'Failed' | 'Canceled';
  readonly progress: Readonly<Record<string, ProgressView>>;
  readonly counts: Readonly<Record<string, ChangeCountsView>>;
  readonly warnings: readonly { readonly code: string; readonly message: string; readonly count: number }[];
  readonly error?: { readonly code: string; readonly message: string } | null;
}

export interface TenantConnection {
  readonly tenantId: string;
  readonly displayName: string;
  readonly clientId: string;
  readonly secretValue: string;
  readonly secretId: string | null;
  readonly expiresOn: string | null;
}

interface ListPage<T> {
  readonly value: readonly T[];
  readonly nextLink?: string | null;
}

/**
 * The product's HTTP API, as far as the commands use it; a request without sign-in is the sample operator. Faults that
 * may pass are waited out.
 */
export class ProductApi {
  constructor(
    private readonly baseUrl: string,
    private readonly patience: Patience = usualPatience,
  ) {}

  /** What is not ready yet; null once everything is. Not even answering counts as not ready. */
  async notReady(): Promise<string | null> {
    try {
      const response = await fetch(`${this.baseUrl}/api/health`);
      return response.status === 200 ? null : `${response.status} ${await response.text()}`;
    } catch (error) {
      return String(error);
    }
  }

  tenants(): Promise<TenantView[]> {
    return this.all<TenantView>('/api/v1/tenants');
  }

  /** @throws {ProductApiError} 409 where the credential is refused, 503 where Graph could not be asked now */
  async connectTenant(connection: TenantConnection): Promise<void> {
    const { tenantId, displayName, clientId, secretValue, secretId, expiresOn } = connection;
    await this.send('POST', '/api/v1/tenants', {
      tenantId,
      displayName,
      cloud: 'local',
      credential: {
        kind: 'clientSecret',
        clientId,
        secretValue,
        ...(secretId !== null && { secretId }),
        ...(expiresOn !== null && { expiresOn }),
      },
    });
  }

  /** Gives an identity roles for a tenant, in place of those that it had. */
  async grantAccess(tenantId: string, principalId: string, roles: readonly string[]): Promise<void> {
    await this.send('PUT', `/api/v1/tenants/${tenantId}/access/${principalId}`, { roles });
  }

  async startRun(tenantId: string): Promise<RunView> {
    return (await this.send('POST', `/api/v1/tenants/${tenantId}/runs`, {})) as RunView;
  }

  async run(tenantId: string, runId: string): Promise<RunView> {
    return (await this.send('GET', `/api/v1/tenants/${tenantId}/runs/${runId}`)) as RunView;
  }

  runs(tenantId: string): Promise<RunView[]> {
    return this.all<RunView>(`/api/v1/tenants/${tenantId}/runs`);
  }

  one(path: string): Promise<unknown> {
    return this.send('GET', path);
  }

  put(path: string, body: unknown): Promise<unknown> {
    return this.send('PUT', path, body);
  }

  post(path: string, body: unknown = {}): Promise<unknown> {
    return this.send('POST', path, body);
  }

  /** A whole list, over all its pages; an empty page may still have a next one. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    let next: string | null = path;
    while (next !== null) {
      const page = (await this.send('GET', next)) as ListPage<T>;
      items.push(...page.value);
      next = page.nextLink ?? null;
    }
    return items;
  }

  /** A POST says by which id it is repeated: a second try after an answer that was lost does nothing twice. */
  private async send(method: string, path: string, body?: unknown): Promise<unknown> {
    const { status, text } = await askPatiently(
      new URL(path, this.baseUrl),
      {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(method === 'POST' && repeatable()),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      },
      this.patience,
    );
    if (status >= 400) throw new ProductApiError(status, `${method} ${path}: ${status} ${text}`);
    return text === '' ? null : (JSON.parse(text) as unknown);
  }
}

function repeatable(): Record<string, string> {
  return {
    'repeatability-request-id': randomUUID(),
    'repeatability-first-sent': new Date().toUTCString(),
  };
}
