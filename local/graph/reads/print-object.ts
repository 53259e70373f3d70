import {
  defaultGroupAttributes,
  defaultUserAttributes,
  groupAttributes,
  isExtension,
  printedValue,
  unsetValue,
  userAttributes,
  userOutsideStore,
} from '../directory/attributes.js';
import type { DirectoryObject } from '../directory/records.js';
import type { MemberType } from '../control-api.js';
import { badRequest, GraphFailure } from '../http/failure.js';

type Printed = Record<string, unknown>;

/** Checks a plain read's `$select`. @throws GraphFailure 400 for an unknown name, 501 for one outside the store. */
export function checkSelect(
  type: MemberType | 'directoryObject',
  select: readonly string[] | undefined,
): void {
  if (type !== 'user' && type !== 'group') return;
  const known = type === 'user' ? userAttributes : groupAttributes;
  for (const name of select ?? []) {
    if (
      name === 'id' ||
      name === '*' ||
      name === 'signInActivity' ||
      known.includes(name) ||
      isExtension(name)
    )
      continue;
    if (type === 'user' && userOutsideStore.has(name)) {
      throw new GraphFailure(501, 'NotImplemented', `The property '${name}' is not served by this read.`);
    }
    throw badRequest(
      `Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`,
      'BadRequest',
    );
  }
}

/** A plain read's object: every selected property, null where unset. `typed` adds its `@odata.type`. */
export function printObject(
  object: DirectoryObject,
  select: readonly string[] | undefined,
  typed: boolean,
): Printed {
  const printed: Printed = typed ? { '@odata.type': `#microsoft.graph.${object.type}` } : {};
  for (const name of namesFor(object.type, select)) {
    if (name === 'id') continue;
    printed[name] = valueOf(object, name);
  }
  printed['id'] = object.id;
  return printed;
}

function valueOf(object: DirectoryObject, name: string): unknown {
  if (name === 'deletedDateTime' && object.deletedAt !== undefined) {
    return new Date(object.deletedAt).toISOString().replace(/\.\d+Z$/, 'Z');
  }
  return printedValue(name, object.attributes[name] ?? unsetValue(name));
}

function namesFor(type: MemberType, select: readonly string[] | undefined): readonly string[] {
  if (select !== undefined && !select.includes('*')) return select;
  switch (type) {
    case 'user':
      return defaultUserAttributes;
    case 'group':
      return defaultGroupAttributes;
    case 'device':
    case 'servicePrincipal':
    case 'orgContact':
      return ['displayName'];
  }
}
