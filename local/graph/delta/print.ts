import {
  defaultGroupAttributes,
  defaultUserAttributes,
  isCollection,
  isTracked,
  printedValue,
} from '../directory/attributes.js';
import type { DirectoryObject, Edge } from '../directory/records.js';
import type { DeltaQuery } from './tokens.js';

/** An object as a JSON value. */
export type Printed = Record<string, unknown>;

/** What one delta request selects, split into properties and tracked relationships. */
export interface Selection {
  readonly properties: readonly string[];
  readonly members: boolean;
  readonly manager: boolean;
}

/** Without `$select` the default set, which for groups includes `members@delta` (graph-protocol 1.7). */
export function selectionOf(query: DeltaQuery): Selection {
  const { resource, select } = query;
  const defaults = resource === 'users' ? defaultUserAttributes : defaultGroupAttributes;
  if (select === undefined) return { properties: defaults, members: resource === 'groups', manager: false };
  const properties = select.includes('*')
    ? defaults
    : select.filter((name) => name !== 'id' && name !== 'members' && name !== 'manager');
  return {
    properties,
    members: resource === 'groups' && select.includes('members'),
    manager: resource === 'users' && select.includes('manager'),
  };
}

/** Whether anything selected, relationships of groups apart, changed after `since`. */
export function changedSince(object: DirectoryObject, selection: Selection, since: number): boolean {
  if (object.lifecycleSeq > since) return true;
  if (selection.manager && object.managerSeq > since) return true;
  if (object.changed === undefined) return false;
  for (const [name, seq] of object.changed) {
    if (seq > since && isTracked(name) && selection.properties.includes(name)) return true;
  }
  return false;
}

/** The annotation of an object that is not live (graph-protocol 2.5). */
export function printRemoved(object: DirectoryObject): Printed {
  return { id: object.id, '@removed': { reason: object.state === 'softDeleted' ? 'changed' : 'deleted' } };
}

/**
 * A live object: all selected properties that were ever set (null: cleared), or with `minimal` only those
 * that changed after `since`. A new or restored object is always whole.
 */
export function printLive(
  object: DirectoryObject,
  selection: Selection,
  since: number,
  minimal: boolean,
): Printed {
  const whole = !minimal || object.lifecycleSeq > since;
  const printed: Printed = {};
  for (const name of selection.properties) {
    if (!whole && (object.changed?.get(name) ?? 0) <= since) continue;
    const value = object.attributes[name];
    if (value !== undefined) printed[name] = printedValue(name, value);
    else if (isCollection(name)) printed[name] = [];
  }
  printed['id'] = object.id;
  if (selection.manager) printManager(object, since, printed);
  return printed;
}

/** A restored user's links are told anew: what was taken away meanwhile may have been told to nobody. */
function printManager(object: DirectoryObject, since: number, printed: Printed): void {
  if (object.managerSeq <= since && object.lifecycleSeq <= since) return;
  const current = object.manager;
  const back = object.lifecycleSeq > since;
  const told = object.formerManagers.filter(({ seq }) => since > 0 && (back || seq > since));
  const former = new Set(told.map(({ id }) => id));
  if (current !== undefined) former.delete(current.id);
  const entries = [...former].map((id) => entry('user', id, true));
  if (current !== undefined) entries.push(entry('user', current.id, false));
  if (entries.length > 0) printed['manager@delta'] = entries;
}

/** An entry of `members@delta`; a removal of a membership always has the reason `deleted`. */
export function printEdge(edge: Edge): Printed {
  return entry(edge.member.type, edge.member.id, !edge.present);
}

function entry(type: string, id: string, removed: boolean): Printed {
  const printed: Printed = { '@odata.type': `#microsoft.graph.${type}`, id };
  if (removed) printed['@removed'] = { reason: 'deleted' };
  return printed;
}
