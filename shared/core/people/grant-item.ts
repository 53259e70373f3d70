import { MEMBERSHIP_KINDS, type CatalogReference } from '../catalog/catalog.js';
import type { PersonGrants } from './person.js';

/** One thing that a person can be given. */
export type GrantItem =
  | { readonly kind: 'role'; readonly id: string; readonly module: string | null }
  | { readonly kind: 'membership'; readonly of: CatalogReference['kind']; readonly id: string }
  | { readonly kind: 'host'; readonly id: string }
  | { readonly kind: 'organizationalUnit'; readonly id: string }
  | { readonly kind: 'segment'; readonly id: string };

const KINDS = ['role', 'membership', 'host', 'organizationalUnit', 'segment'] as const;

/** Items that are the same have the same key. */
export function keyOf(item: GrantItem): string {
  return item.kind === 'membership' ? `${item.kind}:${item.of}:${item.id}` : `${item.kind}:${item.id}`;
}

/** By kind, then by id in the order of code units, as every list of a person is sorted. */
export function compareItems(a: GrantItem, b: GrantItem): number {
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || compareOf(a, b) || compareText(a.id, b.id);
}

/** What a person holds who was given these items, which are sorted and without repetition. */
export function grantsFrom(items: readonly GrantItem[]): PersonGrants {
  const roles: PersonGrants['roles'][number][] = [];
  const memberships: CatalogReference[] = [];
  const hostsOf: string[] = [];
  const organizationalUnits: string[] = [];
  const segments: string[] = [];
  for (const item of items) {
    switch (item.kind) {
      case 'role':
        roles.push({ id: item.id, module: item.module });
        break;
      case 'membership':
        memberships.push({ kind: item.of, id: item.id });
        break;
      case 'host':
        hostsOf.push(item.id);
        break;
      case 'organizationalUnit':
        organizationalUnits.push(item.id);
        break;
      case 'segment':
        segments.push(item.id);
    }
  }
  return { roles, memberships, hostsOf, organizationalUnits, segments };
}

/** The items that somebody holds. */
export function itemsOf(grants: PersonGrants): readonly GrantItem[] {
  return [
    ...grants.roles.map(({ id, module }): GrantItem => ({ kind: 'role', id, module })),
    ...grants.memberships.map(({ kind, id }): GrantItem => ({ kind: 'membership', of: kind, id })),
    ...grants.hostsOf.map((id): GrantItem => ({ kind: 'host', id })),
    ...grants.organizationalUnits.map((id): GrantItem => ({ kind: 'organizationalUnit', id })),
    ...grants.segments.map((id): GrantItem => ({ kind: 'segment', id })),
  ];
}

function compareOf(a: GrantItem, b: GrantItem): number {
  return a.kind === 'membership' && b.kind === 'membership'
    ? MEMBERSHIP_KINDS.indexOf(a.of) - MEMBERSHIP_KINDS.indexOf(b.of)
    : 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
