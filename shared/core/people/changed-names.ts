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
  const names: string[] = NAMED.filter((name) =>
    before === null ? !isNothing(after[name]) : !isSame(before[name], after[name]),
  );
  const attributes = before?.attributes ?? {};
  for (const to of new Set([...Object.keys(attributes), ...Object.keys(after.attributes)]))
    if (!isSame(attributes[to], after.attributes[to])) names.push(`attributes.${to}`);
  return names;
}

function isNothing(value: unknown): boolean {
  return value === null || value === false || (Array.isArray(value) && value.length === 0);
}

/** Deep equality of plain values; absent is not null. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((one, index) => isSame(one, b[index]))
    );
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => name in right && isSame(left[name], right[name]))
  );
}
