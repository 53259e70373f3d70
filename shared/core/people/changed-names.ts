import type { Person } from './person.js';

/** What a change may name; ids never change, and version, changedAt and asOf say nothing of their own. */
const NAMED = [
  'organizationId',
  'customerType',
  'kind',
  'recordId',
  'matchedBy',
  'recordError',
  'status',
  'statusReason',
  'statusSince',
  'deleteAfter',
  'removalHeld',
  'accountEnabled',
  'displayName',
  'givenName',
  'surname',
  'mail',
  'mailSource',
  'userPrincipalName',
  'initials',
  'manager',
  'roles',
  'memberships',
  'hostsOf',
  'organizationalUnits',
  'segments',
] as const satisfies readonly (keyof Person)[];

/** Names of what differs visibly; of a new person everything that it has. Empty where nothing does. */
export function changedNames(before: Person | null, after: Person): readonly string[] {
  const names: string[] = [];
  for (const name of NAMED) {
    const value = after[name];
    if (before === null ? !isNothing(value) : !isSame(before[name], value)) names.push(name);
  }
  const known = before?.attributes ?? {};
  for (const to of Object.keys(after.attributes))
    if (!isSame(known[to], after.attributes[to])) names.push(`attributes.${to}`);
  for (const to of Object.keys(known)) if (!(to in after.attributes)) names.push(`attributes.${to}`);
  return names;
}

function isNothing(value: unknown): boolean {
  return value === null || value === false || (Array.isArray(value) && value.length === 0);
}

/** Deep equality of plain values; absent is not null. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return isSameList(a, b);
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  let more = 0;
  for (const name in left) {
    if (!(name in right) || !isSame(left[name], right[name])) return false;
    more -= 1;
  }
  for (const _name in right) more += 1;
  return more === 0;
}

function isSameList(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (!isSame(a[at], b[at])) return false;
  return true;
}
