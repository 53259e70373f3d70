import type { Attributes, MemberType } from '../control-api.js';
import { edgesOf } from './apply-membership.js';
import { DirectoryState } from './directory-state.js';
import { RoleBook, type SavedRoles } from './role-book.js';
import { newObject, type DirectoryObject, type Edge, type ObjectState } from './records.js';

/** An object of a saved directory, history included. */
interface SavedObject {
  readonly id: string;
  readonly type: MemberType;
  readonly state: ObjectState;
  readonly attributes: Attributes;
  readonly createdSeq: number;
  readonly lifecycleSeq: number;
  readonly seq: number;
  readonly changed?: readonly (readonly [string, number])[];
  readonly deletedAt?: number;
  readonly isSilentlyGone?: true;
  readonly managerId?: string;
  readonly managerSeq?: number;
  readonly formerManagers?: DirectoryObject['formerManagers'];
  readonly membersSeq?: number;
  /** Of a group: member, sequence number, whether present; in order of their last change. */
  readonly edges?: readonly (readonly [memberId: string, seq: number, present: boolean])[];
}

/** The objects of a directory as JSON lines, and one of who has which role. */
export function* savedObjects(state: DirectoryState): Generator<string> {
  for (const object of state.objects.values()) yield JSON.stringify(toSaved(object));
  const roles = state.roles.saved();
  if (roles.appRoles.length + roles.directoryRoles.length > 0) yield JSON.stringify({ roles });
}

function toSaved(object: DirectoryObject): SavedObject {
  const { id, type, state, attributes, createdSeq, lifecycleSeq, seq, edges } = object;
  const links = [...(edges?.log.after(-1) ?? [])].map(
    (edge) => [edge.member.id, edge.seq, edge.present] as const,
  );
  return {
    ...{ id, type, state, attributes, createdSeq, lifecycleSeq, seq },
    ...(object.changed === undefined ? {} : { changed: [...object.changed] }),
    ...(object.deletedAt === undefined ? {} : { deletedAt: object.deletedAt }),
    ...(object.isSilentlyGone === undefined ? {} : { isSilentlyGone: object.isSilentlyGone }),
    ...(object.manager === undefined ? {} : { managerId: object.manager.id }),
    ...(object.managerSeq === 0 ? {} : { managerSeq: object.managerSeq }),
    ...(object.formerManagers.length === 0 ? {} : { formerManagers: object.formerManagers }),
    ...(links.length === 0 ? {} : { membersSeq: object.membersSeq, edges: links }),
  };
}

/** Builds the directory again from its lines and its sequence number: tokens issued before stay valid. */
export function restoreDirectory(lines: readonly string[], seq: number): DirectoryState {
  const state = new DirectoryState();
  const saved: SavedObject[] = [];
  for (const line of lines) {
    const value = JSON.parse(line) as SavedObject | { readonly roles: SavedRoles };
    if ('roles' in value) state.roles = RoleBook.from(value.roles);
    else saved.push(value);
  }
  const objects = saved.map((each) => {
    const object = fromSaved(each);
    state.objects.set(object.id, object);
    if (object.type === 'user') indexUpn(state, object);
    return object;
  });
  saved.forEach((each, i) => link(state, objects[i] as DirectoryObject, each));
  for (const [type, collection] of [
    ['user', state.users],
    ['group', state.groups],
  ] as const) {
    collection.order.push(...objects.filter((object) => object.type === type));
    for (const object of [...collection.order].sort((a, b) => a.seq - b.seq))
      collection.log.append(object, false);
    for (const object of collection.order) {
      if (object.state === 'live') collection.live++;
      if (object.state === 'softDeleted') collection.softDeleted.add(object);
    }
  }
  state.seq = seq;
  return state;
}

function fromSaved(saved: SavedObject): DirectoryObject {
  return {
    ...newObject(saved.id, saved.type, saved.attributes, saved.createdSeq),
    state: saved.state,
    lifecycleSeq: saved.lifecycleSeq,
    seq: saved.seq,
    changed: saved.changed === undefined ? undefined : new Map(saved.changed),
    deletedAt: saved.deletedAt,
    ...(saved.isSilentlyGone === undefined ? {} : { isSilentlyGone: saved.isSilentlyGone }),
    managerSeq: saved.managerSeq ?? 0,
    formerManagers: saved.formerManagers ?? [],
    membersSeq: saved.membersSeq ?? 0,
  };
}

function indexUpn(state: DirectoryState, user: DirectoryObject): void {
  const upn = user.attributes['userPrincipalName'];
  if (typeof upn === 'string') state.idByUpn.set(upn.toLowerCase(), user.id);
}

function link(state: DirectoryState, object: DirectoryObject, saved: SavedObject): void {
  if (saved.managerId !== undefined) object.manager = state.objects.get(saved.managerId);
  for (const [memberId, seq, present] of saved.edges ?? []) {
    const member = state.objects.get(memberId);
    if (member === undefined) continue;
    const edge: Edge = { member, seq, present };
    const edges = edgesOf(object);
    edges.byMember.set(memberId, edge);
    edges.log.append(edge, false);
    if (present) (member.memberOf ??= []).push(object);
  }
}
