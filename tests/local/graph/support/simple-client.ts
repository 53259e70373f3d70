import type { Page } from './tenant.js';

type Json = Record<string, unknown>;
type Get = (path: string) => Promise<Response>;

interface Entry {
  readonly '@odata.type'?: string;
  readonly id: string;
  readonly '@removed'?: { readonly reason: string };
}

interface MirrorObject {
  state: 'live' | 'softDeleted';
  attributes: Json;
  managerId: string | null;
}

const userSelect = 'displayName,department,accountEnabled,userPrincipalName,businessPhones,manager';
const groupSelect = 'displayName,description,groupTypes,members';
const patience = 200;

/**
 * The least client that is correct: delta rounds applied in order of arrival, edges as sets, absent keeps
 * and null clears; whoever comes back from deletion has its groups (or members) asked once; an expired
 * link means a full round and a sweep; a page that is no page is asked for again.
 */
export class SimpleClient {
  readonly users = new Map<string, MirrorObject>();
  readonly groups = new Map<string, MirrorObject>();
  readonly edges = new Set<string>();
  readonly #links = new Map<string, string>();
  readonly #get: Get;
  /** Called between pages: a test lets the directory change here. */
  readonly #between: () => Promise<void>;

  constructor(get: Get, between: () => Promise<void> = async () => undefined) {
    this.#get = get;
    this.#between = between;
  }

  async sync(): Promise<void> {
    await this.#round('users', `/users/delta?$select=${userSelect}`);
    await this.#round('groups', `/groups/delta?$select=${groupSelect}`);
  }

  async #round(resource: 'users' | 'groups', initial: string): Promise<void> {
    let link = this.#links.get(resource) ?? initial;
    let seen = link === initial ? { objects: new Set<string>(), edges: new Set<string>() } : undefined;
    for (let tries = 0; tries < patience; tries++) {
      const page = await this.#page(link);
      await this.#between();
      if (page === 'broken') continue;
      if (page === 'resync') {
        link = initial;
        seen = { objects: new Set<string>(), edges: new Set<string>() };
        continue;
      }
      for (const element of page.value) await this.#apply(resource, element, seen);
      const done = page['@odata.deltaLink'];
      link = done ?? page['@odata.nextLink'] ?? link;
      if (done === undefined) continue;
      if (seen !== undefined) await this.#sweep(resource, seen);
      this.#links.set(resource, done);
      return;
    }
    throw new Error(`no end of the ${resource} round`);
  }

  async #page(link: string): Promise<Page | 'broken' | 'resync'> {
    try {
      const response = await this.#get(link);
      if (response.status === 410) return 'resync';
      const body = (await response.json()) as Page & {
        error?: { code: string; innerError?: { code?: string } };
      };
      const codes = [body.error?.code, body.error?.innerError?.code].map((code) => code?.toLowerCase());
      if (codes.some((code) => code === 'syncstatenotfound' || code === 'directory_expiredpagetoken'))
        return 'resync';
      const links = [body['@odata.nextLink'], body['@odata.deltaLink']].filter((each) => each !== undefined);
      return response.ok && Array.isArray(body.value) && links.length === 1 ? body : 'broken';
    } catch {
      return 'broken';
    }
  }

  async #apply(
    resource: 'users' | 'groups',
    element: Json,
    seen: { objects: Set<string>; edges: Set<string> } | undefined,
  ): Promise<void> {
    const id = element['id'];
    if (typeof id !== 'string') return;
    seen?.objects.add(id);
    const removed = element['@removed'] as { reason: string } | undefined;
    if (removed?.reason === 'deleted') {
      this.#drop(resource, id);
      return;
    }
    const mirror = resource === 'users' ? this.users : this.groups;
    const known = mirror.get(id);
    if (removed !== undefined) {
      mirror.set(id, { attributes: {}, managerId: null, ...known, state: 'softDeleted' });
      return;
    }
    const object: MirrorObject = known ?? { state: 'live', attributes: {}, managerId: null };
    const isBack = known?.state === 'softDeleted';
    object.state = 'live';
    mirror.set(id, object);
    const { id: _id, 'manager@delta': managers, 'members@delta': members, ...attributes } = element;
    Object.assign(object.attributes, attributes);
    if (seen !== undefined && managers === undefined) object.managerId = null;
    for (const entry of (managers ?? []) as Entry[]) {
      if (entry['@removed'] === undefined) object.managerId = entry.id;
      else if (object.managerId === entry.id) object.managerId = null;
    }
    for (const entry of (members ?? []) as Entry[]) {
      const edge = `${id} ${entry.id}`;
      if (entry['@removed'] !== undefined) this.edges.delete(edge);
      else this.edges.add(edge);
      if (entry['@removed'] === undefined) seen?.edges.add(edge);
    }
    // Deleted again before it was asked: the next page that shows it is its return.
    if (isBack && !(await this.#askBack(resource, id))) object.state = 'softDeleted';
  }

  /** Graph does not report the edges of what was restored, nor those removed before it was deleted: its answer is whole. */
  async #askBack(resource: 'users' | 'groups', id: string): Promise<boolean> {
    const groups = await this.#all(`/${resource}/${id}/memberOf?$select=id`);
    if (groups === null) return false;
    this.#replace(
      (group, member) => member === id && this.#state(group) !== 'softDeleted',
      groups.map((group) => `${group} ${id}`),
    );
    if (resource === 'users') return true;
    const members = await this.#all(`/groups/${id}/members?$select=id`);
    if (members === null) return false;
    this.#replace(
      (group, member) => group === id && this.#state(member) !== 'softDeleted',
      members.map((member) => `${id} ${member}`),
    );
    return true;
  }

  #replace(concerns: (group: string, member: string) => boolean, present: readonly string[]): void {
    for (const edge of [...this.edges]) {
      const [group = '', member = ''] = edge.split(' ');
      if (concerns(group, member)) this.edges.delete(edge);
    }
    for (const edge of present) this.edges.add(edge);
  }

  /** Null if the object is not there. */
  async #all(path: string): Promise<string[] | null> {
    const ids: string[] = [];
    let link: string | undefined = path;
    for (let tries = 0; tries < patience && link !== undefined; tries++) {
      const response = await this.#get(link).catch(() => undefined);
      if (response?.status === 404) return null;
      const page = (await response?.json().catch(() => undefined)) as Page | undefined;
      if (!Array.isArray(page?.value)) continue;
      ids.push(...page.value.map(({ id }) => id as string));
      link = page['@odata.nextLink'];
    }
    return ids;
  }

  async #sweep(
    resource: 'users' | 'groups',
    seen: { objects: Set<string>; edges: Set<string> },
  ): Promise<void> {
    const mirror = resource === 'users' ? this.users : this.groups;
    for (const id of [...mirror.keys()]) if (!seen.objects.has(id)) this.#drop(resource, id);
    if (resource === 'users') return;
    for (const edge of [...this.edges]) {
      const [group = '', member = ''] = edge.split(' ');
      const hidden = this.groups.get(group)?.state !== 'live' || this.#state(member) === 'softDeleted';
      if (!seen.edges.has(edge) && !hidden) this.edges.delete(edge);
    }
  }

  #state(id: string): string | undefined {
    return (this.users.get(id) ?? this.groups.get(id))?.state;
  }

  #drop(resource: 'users' | 'groups', id: string): void {
    (resource === 'users' ? this.users : this.groups).delete(id);
    for (const edge of [...this.edges]) if (edge.split(' ').includes(id)) this.edges.delete(edge);
  }
}
