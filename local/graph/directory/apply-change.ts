import type { Attributes, AttributeValue, DirectoryChange, MemberType } from '../control-api.js';
import { unsetValue } from './attributes.js';
import { ChangeRefused, type ChangeEvent } from './change-event.js';
import { addMember, dropEdgesOf, removeMember } from './apply-membership.js';
import { applyRoleChange } from './apply-role-change.js';
import type { DirectoryState } from './directory-state.js';
import { newObject, type DirectoryObject } from './records.js';

/**
 * Applies one change, whose created object must have its id, at the instant `at` (milliseconds).
 * @throws ChangeRefused when the present state does not allow it; the state is then untouched.
 */
export function applyChange(state: DirectoryState, change: DirectoryChange, at: number): ChangeEvent[] {
  switch (change.kind) {
    case 'createUser':
      return create(state, 'user', required(change.id), change.attributes, at);
    case 'createGroup':
      return create(state, 'group', required(change.id), change.attributes, at);
    case 'createObject':
      return create(state, change.objectType, required(change.id), change.attributes, at);
    case 'updateUser':
      return update(state, need(state, change.id, 'user', 'live'), change.attributes);
    case 'updateGroup':
      return update(state, need(state, change.id, 'group', 'live'), change.attributes);
    case 'setManager':
      return setManager(state, change.userId, change.managerId);
    case 'softDeleteUser':
      return softDelete(state, need(state, change.id, 'user', 'live'), at);
    case 'deleteGroup':
      return deleteGroup(state, need(state, change.id, 'group', 'live'), at);
    case 'restoreUser':
      return restore(state, need(state, change.id, 'user', 'softDeleted'));
    case 'restoreGroup':
      return restore(state, need(state, change.id, 'group', 'softDeleted'));
    case 'hardDeleteUser':
      return hardDelete(state, need(state, change.id, 'user'));
    case 'hardDeleteGroup':
      return hardDelete(state, need(state, change.id, 'group'));
    case 'purge':
      return purge(state, change.id, change.silent);
    case 'addMember':
      return addMember(state, change.groupId, change.memberId);
    case 'removeMember':
      return removeMember(state, change.groupId, change.memberId);
    case 'assignAppRole':
    case 'removeAppRole':
    case 'createDirectoryRole':
    case 'assignDirectoryRole':
    case 'removeDirectoryRole':
      applyRoleChange(state, change);
      return [];
  }
}

function required(id: string | undefined): string {
  if (id === undefined) throw new ChangeRefused('the change has no id');
  return id;
}

function need(
  state: DirectoryState,
  id: string,
  type: MemberType,
  condition?: 'live' | 'softDeleted',
): DirectoryObject {
  const found = state.find(id, type);
  if (found === undefined) throw new ChangeRefused(`there is no ${type} ${id}`);
  if (condition !== undefined && found.state !== condition) {
    throw new ChangeRefused(`${type} ${id} is ${found.state}`);
  }
  return found;
}

function create(
  state: DirectoryState,
  type: MemberType,
  id: string,
  given: Attributes | undefined,
  at: number,
): ChangeEvent[] {
  if (state.objects.has(id)) throw new ChangeRefused(`the id ${id} was used before`);
  const attributes: Record<string, AttributeValue> = { ...initialAttributes(type, id, given, at) };
  for (const [name, value] of Object.entries(given ?? {})) if (value !== null) attributes[name] = value;
  const object = newObject(id, type, attributes, state.advance());
  state.insert(object);
  indexUpn(state, object);
  return [{ object, what: 'created' }];
}

function initialAttributes(
  type: MemberType,
  id: string,
  given: Attributes | undefined,
  at: number,
): Record<string, AttributeValue> {
  const createdDateTime = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  if (type === 'user') {
    const userPrincipalName = `${id.slice(0, 8)}@directory.example`;
    return {
      displayName: `User ${id}`,
      userPrincipalName,
      accountEnabled: true,
      userType: 'Member',
      createdDateTime,
    };
  }
  const displayName = `${type} ${id}`;
  if (type !== 'group') return { displayName };
  const unified = isUnified(given?.['groupTypes']);
  const kind = { mailEnabled: unified, securityEnabled: !unified, groupTypes: [] };
  return { displayName, mailNickname: `g${id.slice(0, 8)}`, ...kind, createdDateTime };
}

function isUnified(groupTypes: AttributeValue | undefined): boolean {
  return Array.isArray(groupTypes) && groupTypes.includes('Unified');
}

function indexUpn(state: DirectoryState, object: DirectoryObject): void {
  const upn = object.attributes['userPrincipalName'];
  if (object.type === 'user' && typeof upn === 'string') state.idByUpn.set(upn.toLowerCase(), object.id);
}

function update(state: DirectoryState, object: DirectoryObject, given: Attributes): ChangeEvent[] {
  const changes = Object.entries(given)
    .map(([name, value]) => [name, value ?? unsetValue(name)] as const)
    .filter(([name, value]) => !same(object.attributes[name] ?? unsetValue(name), value));
  if (changes.length === 0) return [];
  const seq = state.advance();
  object.attributes = { ...object.attributes, ...Object.fromEntries(changes) };
  object.changed ??= new Map();
  for (const [name] of changes) object.changed.set(name, seq);
  state.touch(object);
  indexUpn(state, object);
  return [{ object, what: 'updated' }];
}

function same(a: AttributeValue, b: AttributeValue): boolean {
  return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

function setManager(state: DirectoryState, userId: string, managerId: string | null): ChangeEvent[] {
  const user = need(state, userId, 'user', 'live');
  const manager = managerId === null ? undefined : need(state, managerId, 'user', 'live');
  if (user.manager === manager) return [];
  replaceManager(state, user, manager);
  return [{ object: user, what: 'updated' }];
}

function replaceManager(
  state: DirectoryState,
  user: DirectoryObject,
  manager: DirectoryObject | undefined,
): void {
  const seq = state.advance();
  if (user.manager !== undefined)
    user.formerManagers = [...user.formerManagers, { id: user.manager.id, seq }];
  user.manager = manager;
  user.managerSeq = seq;
  state.touch(user);
}

function softDelete(state: DirectoryState, object: DirectoryObject, at: number): ChangeEvent[] {
  moveTo(state, object, 'softDeleted');
  object.deletedAt = at;
  return [{ object, what: 'updated' }];
}

function deleteGroup(state: DirectoryState, group: DirectoryObject, at: number): ChangeEvent[] {
  return isUnified(group.attributes['groupTypes']) ? softDelete(state, group, at) : hardDelete(state, group);
}

function restore(state: DirectoryState, object: DirectoryObject): ChangeEvent[] {
  moveTo(state, object, 'live');
  object.deletedAt = undefined;
  return [{ object, what: 'updated' }];
}

/** Edges vanish without being reported; reports of a deleted manager lose the link, which is reported. */
function hardDelete(state: DirectoryState, object: DirectoryObject): ChangeEvent[] {
  moveTo(state, object, 'gone');
  object.deletedAt = undefined;
  dropEdgesOf(object);
  const events: ChangeEvent[] = [{ object, what: 'deleted' }];
  if (object.type !== 'user') return events;
  object.manager = undefined;
  for (const user of state.users.order) {
    if (user.manager !== object) continue;
    replaceManager(state, user, undefined);
    events.push({ object: user, what: 'updated' });
  }
  return events;
}

/** What Graph does some time after a soft deletion; permanent deletion is not always reported (graph-protocol 2.10). */
function purge(state: DirectoryState, id: string, silent: boolean): ChangeEvent[] {
  const object = state.find(id);
  if (object?.state !== 'softDeleted') throw new ChangeRefused(`${id} is not in deleted items`);
  const events = hardDelete(state, object);
  if (!silent) return events;
  object.isSilentlyGone = true;
  return events.filter((event) => event.object !== object);
}

function moveTo(state: DirectoryState, object: DirectoryObject, to: DirectoryObject['state']): void {
  const collection = state.collectionOf(object.type);
  if (object.state === 'live' && collection !== undefined) collection.live--;
  collection?.softDeleted.delete(object);
  object.state = to;
  if (to === 'live' && collection !== undefined) collection.live++;
  if (to === 'softDeleted') collection?.softDeleted.add(object);
  object.lifecycleSeq = state.advance();
  state.touch(object);
}
