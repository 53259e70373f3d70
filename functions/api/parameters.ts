import { z } from 'zod';
import type { ErrorCode } from './errors.js';

/** A path parameter: its form, and the answer to one that cannot name anything. */
export interface PathParameter {
  readonly schema: z.ZodType<string>;
  readonly missing: ErrorCode;
  readonly description: string;
}

const guid = z.guid().toLowerCase();
const id = z.string().regex(/^[A-Za-z0-9_.:~-]{1,128}$/);

export const PATH_PARAMETERS = {
  tenantId: { schema: guid, missing: 'TenantNotFound', description: 'Tenant id of the directory.' },
  runId: { schema: id, missing: 'RunNotFound', description: 'Id of the run.' },
  organizationId: {
    schema: id,
    missing: 'OrganizationNotFound',
    description: 'Id of the organization, as the operator chose it.',
  },
  principalId: {
    schema: guid,
    missing: 'AccessNotFound',
    description: "Object id of an identity in the operator's own directory.",
  },
  userId: { schema: guid, missing: 'UserNotFound', description: 'Object id of the user.' },
  groupId: { schema: guid, missing: 'GroupNotFound', description: 'Object id of the group.' },
  linkId: {
    schema: z.string().regex(/^[0-9a-f]{64}$/),
    missing: 'AdminLinkNotFound',
    description: 'Id of the link, as the list shows it.',
  },
  letterId: { schema: id, missing: 'DeadLetterNotFound', description: 'Id of the dead letter.' },
} as const satisfies Record<string, PathParameter>;

export type ParameterName = keyof typeof PATH_PARAMETERS;

/** Names of the parameters in a path template, as types. */
export type ParametersOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name & ParameterName) | ParametersOf<Rest>
  : never;

/** Names of the parameters in a path template. */
export function parameterNames(path: string): ParameterName[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => {
    const name = match[1] ?? '';
    if (!isParameterName(name)) throw new Error(`No path parameter is called ${name}`);
    return name;
  });
}

function isParameterName(name: string): name is ParameterName {
  return Object.hasOwn(PATH_PARAMETERS, name);
}
