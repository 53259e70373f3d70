import { z } from 'zod';
import {
  COLLECTION_ATTRIBUTES,
  GROUP_ATTRIBUTES,
  USER_ATTRIBUTES,
  type AttributeValue,
  type MirrorGroup,
  type MirrorUser,
} from '../../shared/core/mirror-rows.js';
import { MEMBERS_STATES } from '../../shared/core/needed-groups.js';
import type { ListedGroup } from '../../shared/ports/members-states.js';
import { instant } from './instant.js';

const FLAGS: readonly string[] = ['accountEnabled', 'mailEnabled', 'securityEnabled'];

function attributeSchema(name: string): z.ZodType {
  if (COLLECTION_ATTRIBUTES.includes(name)) return z.array(z.string());
  return FLAGS.includes(name) ? z.boolean().nullable() : z.string().nullable();
}

function attributeSchemas(names: readonly string[]): Record<string, z.ZodType> {
  return Object.fromEntries(names.map((name) => [name, attributeSchema(name)]));
}

const TOO_LARGE = '@rollcall.tooLarge';
const tooLarge = {
  [TOO_LARGE]: z
    .array(z.string())
    .optional()
    .describe('Attributes whose values are more than a row holds: they are shown as if there were none.'),
};

const userShape = {
  id: z.guid(),
  ...attributeSchemas(USER_ATTRIBUTES),
  manager: z.strictObject({ id: z.guid() }).nullable(),
  ...tooLarge,
};

/** Names as in Graph; every attribute that is read is there, besides these those that setups ask for. */
export const userResource = z
  .object(userShape)
  .catchall(z.unknown())
  .describe(
    'Besides these, each attribute that a setup of the tenant asks for, named and typed as in Graph.',
  );

export const groupResource = z.strictObject({
  id: z.guid(),
  ...attributeSchemas(GROUP_ATTRIBUTES),
  ...tooLarge,
});

/** A group of the mirror, with how far its members are there. */
export const mirroredGroup = groupResource.extend({
  membersState: z
    .enum(MEMBERS_STATES)
    .describe(
      'none: no setup needs them, so they are not read; reading: not to the end yet, or not of a group beneath; hidden: the group hides them, and Member.Read.Hidden is missing.',
    ),
  asOf: instant
    .nullable()
    .describe('Whatever changed in the directory before is here; null during the first read.'),
});

const odataType = z.string().startsWith('#microsoft.graph.');

/** A direct member: the object with its type; what is not mirrored as type and id. */
export const memberResource = z.union([
  userResource.extend({ '@odata.type': odataType }),
  mirroredGroup.extend({ '@odata.type': odataType }),
  z.strictObject({ '@odata.type': odataType, id: z.string() }),
]);

/** @param names the attributes that the tenant's users are read with, the base ones among them */
export function toUserResource(
  user: MirrorUser,
  names: readonly string[] = USER_ATTRIBUTES,
): z.input<typeof userResource> {
  const manager = user.managerId === null ? null : { id: user.managerId };
  return { id: user.id, ...selected(names, user.attributes), manager, ...leftOut(user) };
}

export function toGroupResource(group: MirrorGroup): z.input<typeof groupResource> {
  return { id: group.id, ...selected(GROUP_ATTRIBUTES, group.attributes), ...leftOut(group) };
}

export function toMirroredGroup({ group, membersState, asOf }: ListedGroup): z.input<typeof mirroredGroup> {
  return { ...toGroupResource(group), membersState, asOf };
}

function leftOut({ tooLarge: names }: MirrorGroup): { [TOO_LARGE]?: string[] } {
  return names === undefined ? {} : { [TOO_LARGE]: [...names] };
}

/** Every attribute by name: null where there is no value, and an empty collection as one. */
function selected(
  names: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>>,
): Record<string, AttributeValue> {
  return Object.fromEntries(
    names.map((name) => [name, attributes[name] ?? (COLLECTION_ATTRIBUTES.includes(name) ? [] : null)]),
  );
}
