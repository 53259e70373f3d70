import { z } from 'zod';
import { CATALOG_KINDS } from '../../shared/core/catalog/catalog.js';
import type { ErrorCode } from './errors.js';

/** A path parameter: its form, and the answer to one that cannot name anything. */
export interface PathParameter {
  readonly schema: z.ZodType<string>;
  readonly missing: ErrorCode;
  /** What it must be, for whoever chooses it by PUT; null where somebody else does. */
  readonly form: string | null;
  readonly description: string;
}

const guid = z.guid().toLowerCase();
/** Chosen by the operator: capitals make another id. */
const chosenId = z.string().regex(/^[A-Za-z0-9_.:~-]{1,128}$/);
/** Made here, in small letters: what copies it in capitals means the same thing. */
const madeId = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9_.:~-]{1,128}$/);
const hexadecimal = (digits: number) =>
  z
    .string()
    .toLowerCase()
    .regex(new RegExp(`^[0-9a-f]{${digits}}$`));

const ID_FORM = 'must have 1 to 128 characters, of letters, digits and _ . : ~ -';
const SETUP_ID_FORM = 'must have 1 to 64 lower-case letters and digits, with single hyphens between them';
/** Of something in an organization's catalog. */
export const catalogId = z.string().regex(/^[A-Za-z0-9_.:~-]{1,128}$/, ID_FORM);
/** Of a setup, or of a template of setups. */
export const setupId = z
  .string()
  .toLowerCase()
  .regex(/^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$/, SETUP_ID_FORM);
/** `group:{groupId}` or `rule:{id}`: the operator chose the id of a rule, so that its capitals count. */
export const segmentId = z
  .string()
  .overwrite((text) => (/^group:/i.test(text) ? text.toLowerCase() : text))
  .regex(/^(?:group|rule):[A-Za-z0-9_.:~-]{1,128}$/, 'must be group:{groupId} or rule:{id}');

export const PATH_PARAMETERS = {
  tenantId: {
    schema: guid,
    missing: 'TenantNotFound',
    form: null,
    description: 'Tenant id of the directory.',
  },
  runId: { schema: madeId, missing: 'RunNotFound', form: null, description: 'Id of the run.' },
  organizationId: {
    schema: chosenId,
    missing: 'OrganizationNotFound',
    form: ID_FORM,
    description: 'Id of the organization, as the operator chose it.',
  },
  catalogKind: {
    schema: z.enum(CATALOG_KINDS),
    missing: 'CatalogEntryNotFound',
    form: null,
    description: 'Kind of what is registered.',
  },
  catalogId: {
    schema: catalogId,
    missing: 'CatalogEntryNotFound',
    form: ID_FORM,
    description: "Id of what is registered, as the operator's product names it.",
  },
  setupId: {
    schema: setupId,
    missing: 'SetupNotFound',
    form: SETUP_ID_FORM,
    description: 'Id of the setup, chosen by whoever makes it.',
  },
  templateId: {
    schema: setupId,
    missing: 'SetupTemplateNotFound',
    form: SETUP_ID_FORM,
    description: 'Id of the template, chosen by whoever makes it.',
  },
  principalId: {
    schema: guid,
    missing: 'AccessNotFound',
    form: 'must be a GUID',
    description: "Object id of an identity in the operator's own directory.",
  },
  userId: { schema: guid, missing: 'UserNotFound', form: null, description: 'Object id of the user.' },
  groupId: { schema: guid, missing: 'GroupNotFound', form: null, description: 'Object id of the group.' },
  personId: {
    schema: z
      .string()
      .toLowerCase()
      .regex(/^(?:[a-z0-9-]{1,64}\.)?[0-9a-z-]{1,64}$/),
    missing: 'PersonNotFound',
    form: null,
    description: "Id of the person, {setupId}.{directoryId}, or the user's own object id.",
  },
  requestId: {
    schema: hexadecimal(32),
    missing: 'PersonSyncNotFound',
    form: null,
    description: 'Id of the sync, as its request was answered.',
  },
  segmentId: {
    schema: segmentId,
    missing: 'SegmentNotFound',
    form: null,
    description: 'Id of the segment: group:{groupId} or rule:{id}.',
  },
  overrideId: {
    schema: madeId,
    missing: 'OverrideNotFound',
    form: null,
    description: 'Id of the override, as the list shows it.',
  },
  uploadId: { schema: madeId, missing: 'UploadNotFound', form: null, description: 'Id of the upload.' },
  linkId: {
    schema: hexadecimal(64),
    missing: 'AdminLinkNotFound',
    form: null,
    description: 'Id of the link, as the list shows it.',
  },
  letterId: {
    schema: madeId,
    missing: 'DeadLetterNotFound',
    form: null,
    description: 'Id of the dead letter.',
  },
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
