import type { MemberType } from '../control-api.js';
import { ChangeLog } from './change-log.js';
import type { DirectoryObject, Edge } from './records.js';
import { RoleBook } from './role-book.js';

/** Users or groups: all in order of creation (tombstones included), and in order of their last change. */
export interface Collection {
  readonly order: DirectoryObject[];
  log: ChangeLog<DirectoryObject>;
  live: number;
  readonly softDeleted: Set<DirectoryObject>;
}

function emptyCollection(): Collection {
  return { order: [], log: new ChangeLog(), live: 0, softDeleted: new Set() };
}

/**
 * One tenant's directory with the history that delta queries need. It is a deterministic state machine:
 * the same changes in the same order give the same sequence numbers, which lets a lagging replica and the
 * primary share tokens.
 */
export class DirectoryState {
  seq = 0;
  readonly objects = new Map<string, DirectoryObject>();
  readonly users = emptyCollection();
  readonly groups = emptyCollection();
  readonly idByUpn = new Map<string, string>();
  roles = new RoleBook();

  /** The next sequence number. */
  advance(): number {
    return ++this.seq;
  }

  /** The object when it exists (not permanently deleted) and is of that type. */
  find(id: string, type?: MemberType): DirectoryObject | undefined {
    const found = this.objects.get(id) ?? this.objects.get(id.toLowerCase());
    if (found === undefined || found.state === 'gone') return undefined;
    return type === undefined || found.type === type ? found : undefined;
  }

  /** As `find`, of live objects only. */
  findLive(id: string, type?: MemberType): DirectoryObject | undefined {
    const found = this.find(id, type);
    return found?.state === 'live' ? found : undefined;
  }

  collectionOf(type: MemberType): Collection | undefined {
    switch (type) {
      case 'user':
        return this.users;
      case 'group':
        return this.groups;
      case 'device':
      case 'servicePrincipal':
      case 'orgContact':
        return undefined;
    }
  }

  /** Adds a new object, which must carry the present sequence number. */
  insert(object: DirectoryObject): void {
    this.objects.set(object.id, object);
    const collection = this.collectionOf(object.type);
    if (collection === undefined) return;
    collection.order.push(object);
    collection.log.append(object, false);
    collection.live++;
  }

  /** Notes that the object changed at the present sequence number. */
  touch(object: DirectoryObject): void {
    object.seq = this.seq;
    this.collectionOf(object.type)?.log.append(object, true);
  }

  /** A copy that shares no mutable part; costs time in proportion to the directory. */
  clone(): DirectoryState {
    const copy = new DirectoryState();
    copy.seq = this.seq;
    copy.roles = this.roles.clone();
    const twins = new Map<DirectoryObject, DirectoryObject>();
    const twin = (object: DirectoryObject): DirectoryObject => twins.get(object) ?? object;
    for (const object of this.objects.values()) {
      const made = { ...object, changed: object.changed === undefined ? undefined : new Map(object.changed) };
      twins.set(object, made);
      copy.objects.set(object.id, made);
    }
    for (const made of twins.values()) relink(made, twin);
    for (const name of ['users', 'groups'] as const) {
      const [from, to] = [this[name], copy[name]];
      for (const object of from.order) to.order.push(twin(object));
      for (const object of from.softDeleted) to.softDeleted.add(twin(object));
      to.live = from.live;
      to.log = from.log.clone(twin);
    }
    for (const [upn, id] of this.idByUpn) copy.idByUpn.set(upn, id);
    return copy;
  }
}

function relink(object: DirectoryObject, twin: (object: DirectoryObject) => DirectoryObject): void {
  if (object.manager !== undefined) object.manager = twin(object.manager);
  object.memberOf = object.memberOf?.map(twin);
  if (object.edges === undefined) return;
  const copies = new Map<Edge, Edge>();
  const byMember = new Map<string, Edge>();
  for (const [id, edge] of object.edges.byMember) {
    const made = { ...edge, member: twin(edge.member) };
    copies.set(edge, made);
    byMember.set(id, made);
  }
  object.edges = { byMember, log: object.edges.log.clone((edge) => copies.get(edge) ?? edge) };
}
