import { z } from 'zod';
import { MEMBERSHIP_KINDS } from '../../shared/core/catalog/catalog.js';
import {
  DEFAULT_REMOVAL_GUARD,
  FIELD_POLICIES,
  MATCH_KEYS,
  PRESETS,
  RESOURCE_TYPES,
  type GrantRule,
  type GrantSource,
  type SetupDocument,
} from '../../shared/core/setup/setup.js';
import { freeText } from './free-text.js';
import { catalogId } from './parameters.js';

/** Different ones in each list of a setup. */
const MOST_GROUPS = 10_000;
const MOST_RULES = 10_000;
const MOST_DAYS = 3650;
/** Items of a long list that an answer tells of, if they are at fault. */
const MOST_FAULTY = 20;

const condition = z
  .string()
  .trim()
  .min(1)
  .max(8000)
  .describe('A condition, in the language of docs/conditions.md.');
const groupIds = eachOnce(z.guid().toLowerCase(), MOST_GROUPS);

/** A list that names nothing twice. */
function eachOnce<Item extends z.ZodType>(item: Item, most: number) {
  return z
    .array(item)
    .max(most)
    .refine((given) => new Set(given).size === given.length, 'must name each only once');
}

/**
 * A long list, of which nothing is looked at behind some items that are at fault: a hundred thousand faults would take
 * longer to write down than others can wait.
 */
function untilFaulty<Item extends z.ZodType>(item: Item, most: number) {
  return z.preprocess((given) => {
    if (!Array.isArray(given) || given.length > most) return given;
    const items: readonly unknown[] = given;
    let faulty = 0;
    const end = items.findIndex((one) => {
      if (!item.safeParse(one).success) faulty += 1;
      return faulty === MOST_FAULTY;
    });
    return end < 0 ? items : items.slice(0, end + 1);
  }, z.array(item).max(most));
}

/** What a body may say beside what counts, by the fields that an answer has beside it. */
export function notLookedAt<Name extends string>(fields: Readonly<Record<Name, z.ZodType>>) {
  const unread = z.unknown().optional().describe('Not looked at.');
  return Object.fromEntries(Object.keys(fields).map((name) => [name, unread])) as Record<Name, typeof unread>;
}

const scope = z.strictObject({
  kind: z.enum(['directory', 'rootGroup', 'groups']),
  groupIds: groupIds.default([]).describe('One for rootGroup, any number for groups, none for directory.'),
  groupTypes: z.enum(['security', 'all']).default('security'),
  includeDisabled: z.boolean().default(false),
  includeGuests: z.boolean().default(false),
  filter: condition.nullable().default(null),
  excludeGroupIds: groupIds.default([]),
});

const field = z.strictObject({
  from: freeText(256).describe('A field that GET …/fields?all=true names.'),
  to: freeText(128).describe('Its name in the product.'),
  policy: z.enum(FIELD_POLICIES).default('authoritative'),
  visible: z.boolean().default(true),
  usableInRules: z.boolean().default(true),
});

const attributes = z.strictObject({
  preset: z.enum(PRESETS).nullable().default(null),
  fields: z.array(field).max(500).default([]),
  mailFallback: z.literal('userPrincipalName').nullable().default(null),
  initialsFrom: freeText(256).nullable().default(null),
  connection: z
    .strictObject({ attribute: freeText(256), equals: freeText(256), mode: z.enum(['flag', 'require']) })
    .nullable()
    .default(null),
});

const removal = z
  .strictObject({
    mode: z.enum(['keep', 'disable', 'delete']),
    afterDays: z.int().min(0).max(MOST_DAYS).optional().describe('Of delete: days until then; 0 at once.'),
  })
  .refine(({ mode, afterDays }) => mode === 'delete' || afterDays === undefined, {
    path: ['afterDays'],
    error: 'belongs to the mode delete alone',
  });
const DISABLE = { mode: 'disable' } as const;

const source = z
  .strictObject({
    group: z.guid().toLowerCase().optional(),
    appRole: freeText(128).toLowerCase().optional().describe('{servicePrincipalId}/{appRoleId}'),
    directoryRole: z.guid().toLowerCase().optional().describe('Id of the role, or of its template.'),
    where: condition.optional(),
  })
  .refine(
    (given) => Object.keys(given).length === 1,
    'must have one of group, appRole, directoryRole and where',
  );

const grant = z.strictObject({
  source,
  roles: eachOnce(catalogId, 500).default([]),
  memberships: z
    .array(z.strictObject({ kind: z.enum(MEMBERSHIP_KINDS), id: catalogId }))
    .max(500)
    .default([]),
  hostsOf: eachOnce(catalogId, 500).default([]).describe('Ids of receptions.'),
  organizationalUnits: eachOnce(catalogId, 500).default([]),
});

const segments = z.strictObject({
  fromGroups: z.enum(['none', 'listed', 'all']).default('none'),
  groupIds: groupIds.default([]),
  rules: z
    .array(z.strictObject({ id: catalogId, name: freeText(256), where: condition }))
    .max(1000)
    .default([]),
});

const removalGuard = z.strictObject({
  maxCount: z.int().min(0).max(10_000_000).default(DEFAULT_REMOVAL_GUARD.maxCount),
  maxShare: z
    .number()
    .min(0)
    .max(1)
    .default(DEFAULT_REMOVAL_GUARD.maxShare)
    .describe('Of its people, 0 to 1.'),
  minCount: z
    .int()
    .min(0)
    .max(10_000_000)
    .default(DEFAULT_REMOVAL_GUARD.minCount)
    .describe('So many removals pass whatever their share is.'),
  withinHours: z.int().min(1).max(720).default(DEFAULT_REMOVAL_GUARD.withinHours),
});

const remove = z.strictObject({
  whenLeft: removal.prefault(DISABLE),
  whenDeleted: removal.prefault(DISABLE),
});

const designation = freeText(256);
export const organizationId = freeText(128);
const customerType = catalogId.nullable();
const resourceTypes = eachOnce(z.enum(RESOURCE_TYPES), RESOURCE_TYPES.length).min(1);
const match = eachOnce(z.enum(MATCH_KEYS), MATCH_KEYS.length);
const grants = untilFaulty(grant, MOST_RULES);

const templateShape = {
  designation,
  customerType: customerType.default(null),
  resourceTypes: resourceTypes.default(['users']),
  scope,
  attributes: attributes.prefault({}),
  match: match.default(['entraId']),
  create: z.boolean().default(true),
  update: z.boolean().default(true),
  remove: remove.prefault({}),
  grants: grants.default([]),
  segments: segments.prefault({}),
  removalGuard: removalGuard.prefault({}),
};

/** A setup as its editor writes it; what is left out is filled in. */
export const setupDocument = z.strictObject({ ...templateShape, organizationId });
/** The same, without whom it is for. */
export const templateDocument = z.strictObject(templateShape);
/** Parts of a setup that take the place of those that were copied. */
export const setupChanges = z.strictObject({
  customerType: customerType.optional(),
  resourceTypes: resourceTypes.optional(),
  scope: scope.optional(),
  attributes: attributes.optional(),
  match: match.optional(),
  create: z.boolean().optional(),
  update: z.boolean().optional(),
  remove: remove.optional(),
  grants: grants.optional(),
  segments: segments.optional(),
  removalGuard: removalGuard.optional(),
});

type GivenGrant = z.output<typeof grant>;
type GivenRemove = z.output<typeof remove>;

/** @param given as the schema of a setup, or of a template, made it */
export function documentFrom<
  Given extends { readonly grants: readonly GivenGrant[]; readonly remove: GivenRemove },
>(given: Given) {
  return { ...given, remove: removeFrom(given.remove), grants: given.grants.map(grantFrom) };
}

/** The parts that were given; one that is undefined was not. */
export function changesFrom(given: z.output<typeof setupChanges> | undefined): Partial<SetupDocument> {
  const parts = Object.entries({
    ...given,
    remove: given?.remove === undefined ? undefined : removeFrom(given.remove),
    grants: given?.grants?.map(grantFrom),
  });
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined));
}

function removeFrom({ whenLeft, whenDeleted }: GivenRemove): SetupDocument['remove'] {
  const removalFrom = ({ mode, afterDays }: z.output<typeof removal>) => ({
    mode,
    afterDays: afterDays ?? 0,
  });
  return { whenLeft: removalFrom(whenLeft), whenDeleted: removalFrom(whenDeleted) };
}

function grantFrom(given: GivenGrant): GrantRule {
  return { ...given, source: sourceFrom(given.source) };
}

function sourceFrom({ group, appRole, directoryRole, where }: z.output<typeof source>): GrantSource {
  if (group !== undefined) return { kind: 'group', groupId: group };
  if (appRole !== undefined) return { kind: 'appRole', appRole };
  if (directoryRole !== undefined) return { kind: 'directoryRole', directoryRole };
  return { kind: 'rule', where: where ?? '' };
}

type Template = Omit<SetupDocument, 'organizationId'>;

/** A document as its editor would write it, with everything filled in. */
export function toDocument(document: Template): z.output<typeof templateDocument> {
  const {
    scope: people,
    attributes: mapping,
    remove: removals,
    segments: audiences,
    grants: rules,
  } = document;
  return {
    ...document,
    resourceTypes: [...document.resourceTypes],
    scope: {
      ...people,
      groupIds: [...people.groupIds],
      excludeGroupIds: [...people.excludeGroupIds],
    },
    attributes: { ...mapping, fields: [...mapping.fields] },
    match: [...document.match],
    remove: { whenLeft: toRemoval(removals.whenLeft), whenDeleted: toRemoval(removals.whenDeleted) },
    grants: rules.map(toGrant),
    segments: { ...audiences, groupIds: [...audiences.groupIds], rules: [...audiences.rules] },
  };
}

function toGrant(rule: GrantRule): GivenGrant {
  return {
    source: toSource(rule.source),
    roles: [...rule.roles],
    memberships: [...rule.memberships],
    hostsOf: [...rule.hostsOf],
    organizationalUnits: [...rule.organizationalUnits],
  };
}

function toRemoval({ mode, afterDays }: SetupDocument['remove']['whenLeft']) {
  return mode === 'delete' ? { mode, afterDays } : { mode };
}

function toSource(given: GrantSource) {
  switch (given.kind) {
    case 'group':
      return { group: given.groupId };
    case 'appRole':
      return { appRole: given.appRole };
    case 'directoryRole':
      return { directoryRole: given.directoryRole };
    case 'rule':
      return { where: given.where };
  }
}
