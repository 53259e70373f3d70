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
const id = z.string().regex(/^[A-Za-z0-9_.:~-]{1,128}$/);

const ID_FORM = 'must have 1 to 128 characters, of letters, digits and _ . : ~ -';
const SETUP_ID_FORM = 'must have 1 to 64 lower-case letters and digits, with single hyphens between them';
/** Of something in an organization's catalog. */
export const catalogId = z.string().regex(/^[A-Za-z0-9_.:~-]{1,128}$/, ID_FORM);
/** Of a setup, or of a template of setups. */
export const setupId = z.string().regex(/^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$/, SETUP_ID_FORM);

export const PATH_PARAMETERS = {
  tenantId: {
    schema: guid,
    missing: 'TenantNotFound',
    form: null,
    description: 'Tenant id of the directory.',
  },
  runId: { schema: id, missing: 'RunNotFound', form: null, description: 'Id of the run.' },
  organizationId: {
    schema: id,
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
    schema: z.string().regex(/^[a-z0-9-]{1,64}\.[0-9A-Za-z-]{1,64}$/),
    missing: 'PersonNotFound',
    form: null,
    description: 'Id of the person: {setupId}.{directoryId}.',
  },
  requestId: {
    schema: z.string().regex(/^[0-9a-f]{32}$/),
    missing: 'PersonSyncNotFound',
    form: null,
    description: 'Id of the sync, as its request was answered.',
  },
  segmentId: {
    schema: z.string().regex(/^(?:group|rule):[A-Za-z0-9_.:~-]{1,128}$/),
    missing: 'SegmentNotFound',
    form: null,
    description: 'Id of the segment: group:{groupId} or rule:{id}.',
  },
  overrideId: {
    schema: id,
    missing: 'OverrideNotFound',
    form: null,
    description: 'Id of the override, as the list shows it.',
  },
  uploadId: { schema: id, missing: 'UploadNotFound', form: null, description: 'Id of the upload.' },
  linkId: {
    schema: z.string().regex(/^[0-9a-f]{64}$/),
    missing: 'AdminLinkNotFound',
    form: null,
    description: 'Id of the link, as the list shows it.',
  },
  letterId: { schema: id, missing: 'DeadLetterNotFound', form: null, description: 'Id of the dead letter.' },
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
