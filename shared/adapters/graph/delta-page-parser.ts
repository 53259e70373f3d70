import { z } from 'zod';

import type { DeltaElement, DeltaPage, PageLink, ReferenceElement } from '../../core/delta-page.js';
import type { AttributeValue } from '../../core/mirror-rows.js';
import type { Resource } from '../../core/resource.js';
import { memberType, objectId } from './object-id.js';
import { badPage, readEnvelope, type PageEnvelope, type PageOrigin } from './page-envelope.js';

/** The relationship whose changes are tracked besides the attributes. */
export const TRACKED_RELATIONSHIP: Readonly<
  Record<Resource, { readonly relationship: string; readonly defaultType: string }>
> = {
  users: { relationship: 'manager', defaultType: 'user' },
  groups: { relationship: 'members', defaultType: 'directoryObject' },
};

type Unusable = DeltaPage['unusable'][number];

const identified = z.looseObject({ id: objectId, '@removed': z.unknown().optional() });
const reference = z.looseObject({
  id: objectId,
  '@odata.type': z.string().optional(),
  '@removed': z.unknown().optional(),
});
const goneForGood = z.looseObject({ reason: z.literal('deleted') });

/**
 * Reads one page of a delta round as hostile input. `@odata.context` is not looked at: it may be wrong where
 * relationships are tracked (known issues, delta query).
 *
 * @throws BadPage where it is no page: nothing of it may then be applied
 */
export function parseDeltaPage(
  text: string,
  resource: Resource,
  attributes: readonly string[],
  origin: PageOrigin,
): DeltaPage {
  const page = readEnvelope(text, origin);
  const link = linkOf(page, origin);
  const elements: DeltaElement[] = [];
  const unusable: Unusable[] = [];
  for (const value of page.value) {
    const element = readElement(value, { resource, attributes, origin, unusable });
    if (element !== null) elements.push(element);
  }
  return { elements, link, unusable };
}

function linkOf(page: PageEnvelope, origin: PageOrigin): PageLink {
  if (page.nextLink !== null && page.deltaLink !== null) throw badPage(origin, 'it has both links');
  if (page.nextLink !== null) return { kind: 'next', url: page.nextLink };
  if (page.deltaLink !== null) return { kind: 'delta', url: page.deltaLink };
  throw badPage(origin, 'it has neither a next link nor a delta link');
}

interface ElementContext {
  readonly resource: Resource;
  readonly attributes: readonly string[];
  readonly origin: PageOrigin;
  readonly unusable: Unusable[];
}

function readElement(value: unknown, context: ElementContext): DeltaElement | null {
  const { resource, attributes, origin, unusable } = context;
  const parsed = identified.safeParse(value);
  if (!parsed.success) {
    unusable.push({ problem: `an element of ${resource} has no usable id`, sample: sampleOf(value) });
    return null;
  }
  const element = parsed.data;
  if (isAnnotated(element['@removed'])) {
    return { kind: 'removed', id: element.id, reason: removalOf(element['@removed']) };
  }
  const { relationship, defaultType } = TRACKED_RELATIONSHIP[resource];
  const references = element[`${relationship}@delta`];
  return {
    kind: 'present',
    id: element.id,
    attributes: pick(element, attributes),
    references: isAnnotated(references)
      ? readReferences(references, { ownerId: element.id, relationship, defaultType, origin, unusable })
      : null,
  };
}

/** Unknown reasons count as restorable: hiding can be undone, dropping cannot. */
function removalOf(annotation: unknown): 'changed' | 'deleted' {
  return goneForGood.safeParse(annotation).success ? 'deleted' : 'changed';
}

function isAnnotated(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Only what was selected; values come from JSON and are taken as they are. */
export function pick(
  element: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, AttributeValue> {
  const picked: Record<string, AttributeValue> = {};
  for (const name of names) {
    if (Object.hasOwn(element, name)) picked[name] = element[name] as AttributeValue;
  }
  return picked;
}

interface ReferenceContext {
  readonly ownerId: string;
  readonly relationship: string;
  readonly defaultType: string;
  readonly origin: PageOrigin;
  readonly unusable: Unusable[];
}

function readReferences(list: unknown, context: ReferenceContext): ReferenceElement[] {
  const name = `${context.relationship}@delta`;
  if (!Array.isArray(list)) throw badPage(context.origin, `${name} of ${context.ownerId} is no list`);
  const references: ReferenceElement[] = [];
  for (const entry of list as unknown[]) {
    const parsed = reference.safeParse(entry);
    if (parsed.success) {
      references.push({
        id: parsed.data.id,
        type: memberType(parsed.data['@odata.type'] ?? context.defaultType),
        removed: isAnnotated(parsed.data['@removed']),
      });
    } else {
      const problem = `an entry in ${name} of ${context.ownerId} has no usable id`;
      context.unusable.push({ problem, sample: sampleOf(entry) });
    }
  }
  return references;
}

/** The names in a value, never a person's attributes: enough to find out what kind of thing it was. */
function sampleOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value).slice(0, 200);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const { id } = value as { id?: unknown };
  const shown = typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 60) : typeof id;
  return `id ${shown}; properties ${Object.keys(value).join(', ')}`.slice(0, 300);
}
