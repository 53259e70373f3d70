import { expect, vi } from 'vitest';
import type { DirectoryChange } from '../../local/graph/control-api.js';
import { patience, Road } from '../end-to-end/road.js';

/** A person as the API shows it, as far as journeys look at it. */
export interface PersonView {
  readonly id: string;
  readonly directoryId: string;
  readonly displayName: string | null;
  readonly mail: string | null;
  readonly mailSource: string | null;
  readonly initials: string | null;
  readonly status: string;
  readonly statusReason: string;
  readonly deleteAfter: string | null;
  readonly removalHeld: boolean;
  readonly recordId: string | null;
  readonly matchedBy: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly manager: { readonly name: string | null; readonly mail: string | null } | null;
  readonly roles: readonly { readonly id: string }[];
  readonly memberships: readonly { readonly kind: string; readonly id: string }[];
  readonly organizationalUnits: readonly string[];
  readonly segments: readonly string[];
  readonly version: number;
}

export interface Reply<Body> {
  readonly status: number;
  readonly body: Body;
  readonly etag: string;
}

/** An operator with one customer, who knows nothing but the API and the customer's directory. */
export class Traveller {
  private constructor(
    readonly road: Road,
    readonly tenantId: string,
  ) {}

  static async setOut(directory: readonly DirectoryChange[]): Promise<Traveller> {
    const road = await Road.open();
    return new Traveller(road, await road.connect({ changes: directory }));
  }

  /** The organization of the tenant and what it registers, as `role/planner` with its designation and the rest. */
  async register(catalog: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {}): Promise<void> {
    const path = '/api/v1/organizations/customer';
    await this.ok('PUT', path, { designation: 'Customer', tenantIds: [this.tenantId] });
    for (const [entry, more] of Object.entries(catalog))
      await this.ok('PUT', `${path}/catalog/${entry}`, { designation: entry, ...more });
  }

  /** Below the tenant's address. */
  async ask<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply<Body>> {
    const url = new URL(
      path.startsWith('/') ? path : `/api/v1/tenants/${this.tenantId}/${path}`,
      this.road.stack.addresses.functionsUrl,
    );
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    const type = { 'content-type': typeof body === 'string' ? 'text/csv' : 'application/json' };
    const given = body === undefined ? { headers } : { headers: { ...type, ...headers }, body: sent };
    const response = await fetch(url, { method, ...given });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? null : JSON.parse(text)) as Body,
      etag: response.headers.get('etag') ?? '',
    };
  }

  /** The body of an answer that says it went well. */
  async ok<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Body> {
    const answer = await this.ask<Body>(method, path, body, headers);
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body;
  }

  /** Everything of a list, over all its pages. */
  list<Item>(path: string): Promise<Item[]> {
    return this.road.api.all<Item>(`/api/v1/tenants/${this.tenantId}/${path}`);
  }

  /** People of a setup by their names; those without a name by their ids. */
  async people(setupId: string, query = ''): Promise<Record<string, PersonView>> {
    const people = await this.list<PersonView>(`setups/${setupId}/people${query}`);
    return Object.fromEntries(people.map((person) => [person.displayName ?? person.directoryId, person]));
  }

  async names(setupId: string, query = ''): Promise<string[]> {
    return Object.keys(await this.people(setupId, query)).sort();
  }

  async start(setupId: string): Promise<void> {
    await this.ok('POST', `setups/${setupId}/start`);
  }

  /** Everything that the directory has by now was read and worked with: what has not come by then does not come. */
  async sync(): Promise<void> {
    expect(await this.road.run(this.tenantId)).toMatchObject({ status: 'Succeeded' });
  }

  /** Until changes are told of by notifications, as they are while a setup is started. */
  async isTold(): Promise<void> {
    await vi.waitFor(
      async () => expect(await this.road.control.subscriptions(this.tenantId)).toHaveLength(2),
      patience,
    );
  }

  /** Somebody works in the directory. */
  async change(...changes: DirectoryChange[]): Promise<void> {
    const outcome = await this.road.control.applyChanges(this.tenantId, changes);
    expect(outcome.skipped).toEqual([]);
  }

  /** Until what is asserted comes true. */
  eventually<Value>(assertion: () => Promise<Value>): Promise<Value> {
    return vi.waitFor(assertion, patience);
  }

  async goHome(): Promise<void> {
    await this.road.close();
  }
}

export function user(n: number): string {
  return `a0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

export function group(n: number): string {
  return `b0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

/** A member of the directory with mail and user name after the given name. */
export function person(n: number, displayName: string, more: Record<string, unknown> = {}): DirectoryChange {
  const name = displayName.split(' ')[0]?.toLowerCase() ?? '';
  const address = `${name}@customer.example`;
  const attributes = {
    displayName,
    mail: address,
    userPrincipalName: address,
    accountEnabled: true,
    ...more,
  };
  return { kind: 'createUser', id: user(n), attributes };
}

/** A security group with its members. */
export function team(n: number, displayName: string, memberIds: readonly string[]): DirectoryChange[] {
  return [
    { kind: 'createGroup', id: group(n), attributes: { displayName, securityEnabled: true } },
    ...memberIds.map((memberId): DirectoryChange => ({ kind: 'addMember', groupId: group(n), memberId })),
  ];
}
