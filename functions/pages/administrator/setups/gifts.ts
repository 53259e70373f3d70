import {
  MEMBERSHIP_KINDS,
  type CatalogEntry,
  type CatalogKind,
} from '../../../../shared/core/catalog/catalog.js';
import type { GrantRule } from '../../../../shared/core/setup/setup.js';
import { listCatalog } from '../../../../shared/use-cases/catalog/list-catalog.js';
import type { SetupPagesDependencies } from './ports.js';

/** What a mapping can give, as forms name it before the id. */
export const GIFT_KINDS = ['role', ...MEMBERSHIP_KINDS, 'host', 'organizationalUnit'] as const;
export type GiftKind = (typeof GIFT_KINDS)[number];

export const GIFT_WORDS: Readonly<Record<GiftKind, string>> = {
  role: 'Role',
  costCenter: 'Cost center',
  deliveryProvider: 'Delivery provider',
  reception: 'Reception',
  host: 'Host of reception',
  organizationalUnit: 'Organizational unit',
};

const CATALOG_KIND: Readonly<Record<GiftKind, CatalogKind>> = {
  role: 'role',
  costCenter: 'costCenter',
  deliveryProvider: 'deliveryProvider',
  reception: 'reception',
  host: 'reception',
  organizationalUnit: 'organizationalUnit',
};

export interface Gift {
  readonly kind: GiftKind;
  readonly id: string;
}

/** Value of a form's field. */
export function giftValue({ kind, id }: Gift): string {
  return `${kind}:${id}`;
}

function giftIn(value: string): Gift | null {
  const at = value.indexOf(':');
  const kind = GIFT_KINDS.find((one) => one === value.slice(0, at));
  return kind === undefined ? null : { kind, id: value.slice(at + 1) };
}

/** Returns the gifts among values of a form; others are left out. */
export function knownGifts(values: readonly string[]): readonly Gift[] {
  return [...new Set(values)].map(giftIn).filter((gift) => gift !== null);
}

/** What a form chose; null where a value is none of ours. */
export function giftsChosen(values: readonly string[]): Omit<GrantRule, 'source'> | null {
  const gifts = [...new Set(values)].map(giftIn);
  if (gifts.includes(null)) return null;
  const idsOf = (kind: GiftKind): string[] => gifts.flatMap((gift) => (gift?.kind === kind ? [gift.id] : []));
  return {
    roles: idsOf('role'),
    memberships: MEMBERSHIP_KINDS.flatMap((kind) => idsOf(kind).map((id) => ({ kind, id }))),
    hostsOf: idsOf('host'),
    organizationalUnits: idsOf('organizationalUnit'),
  };
}

export function giftsOf({ roles, memberships, hostsOf, organizationalUnits }: GrantRule): readonly Gift[] {
  return [
    ...roles.map((id) => ({ kind: 'role', id }) as const),
    ...memberships,
    ...hostsOf.map((id) => ({ kind: 'host', id }) as const),
    ...organizationalUnits.map((id) => ({ kind: 'organizationalUnit', id }) as const),
  ];
}

/** Names of gifts in the organization's catalog, by their values; those that are not there are left out. */
export async function namesOfGifts(
  { catalogEntries }: SetupPagesDependencies,
  organizationId: string,
  gifts: readonly Gift[],
): Promise<ReadonlyMap<string, string>> {
  const catalog = await catalogEntries.whole(organizationId);
  return new Map(
    gifts.flatMap((gift): [string, string][] => {
      const entry = catalog.find(CATALOG_KIND[gift.kind], gift.id);
      return entry === null ? [] : [[giftValue(gift), nameOf(entry)]];
    }),
  );
}

function nameOf({ designation, module }: CatalogEntry): string {
  return module === null ? designation : `${designation} (${module})`;
}

export interface GiftOffer {
  readonly kind: GiftKind;
  readonly entries: readonly { readonly gift: Gift; readonly name: string }[];
  /** There are more than are shown: search for them. */
  readonly more: boolean;
}

const SHOWN_PER_KIND = 20;
const READ_PER_KIND = 2_000;
const PAGE = 500;

/** What the organization has to give whose name or id contains the text, kind by kind; kinds without any are left out. */
export async function giftsOffered(
  ports: SetupPagesDependencies,
  { tenantId, organizationId }: { readonly tenantId: string; readonly organizationId: string },
  text: string,
): Promise<readonly GiftOffer[]> {
  const wanted = text.toLowerCase();
  const offers: GiftOffer[] = [];
  for (const kind of GIFT_KINDS) {
    const entries: CatalogEntry[] = [];
    let after: string | null = null;
    for (let read = 0; read < READ_PER_KIND && entries.length <= SHOWN_PER_KIND; read += PAGE) {
      const list = { organizationId, kind: CATALOG_KIND[kind], sight: [tenantId] };
      const page = await listCatalog(ports, list, { after, limit: PAGE });
      const rows = page?.rows.map(({ value }) => value) ?? [];
      const fits = ({ id, designation }: CatalogEntry): boolean =>
        id.toLowerCase().includes(wanted) || designation.toLowerCase().includes(wanted);
      entries.push(...rows.filter(fits));
      after = page?.next ?? null;
      if (after === null) break;
    }
    if (entries.length === 0) continue;
    offers.push({
      kind,
      entries: entries.slice(0, SHOWN_PER_KIND).map((entry) => ({
        gift: { kind, id: entry.id },
        name: nameOf(entry),
      })),
      more: entries.length > SHOWN_PER_KIND || after !== null,
    });
  }
  return offers;
}
