import { z } from 'zod';
import { changesTenant } from './disconnecting.js';
import { ERRORS, type ErrorCode } from './errors.js';
import { parameterNames, PATH_PARAMETERS } from './parameters.js';
import { honoursRepeatability, REPEATABILITY_ERRORS, REPEATABILITY_HEADERS } from './repeatability.js';
import { route, type Route } from './route.js';

/** The errors that a route answers: its own, and those of every route of its kind. */
export function errorsOf(each: Route): ErrorCode[] {
  const errors = new Set<ErrorCode>(['InvalidRequest', 'UnknownField', 'InternalError', ...each.errors]);
  if (each.method !== 'GET') errors.add('InvalidJson').add('BodyTooLarge');
  if (honoursRepeatability(each)) for (const code of REPEATABILITY_ERRORS) errors.add(code);
  if (each.role !== null) errors.add('SignInRequired').add('RoleRequired').add('ServiceUnavailable');
  if (changesTenant(each)) errors.add('TenantDisconnecting');
  for (const name of parameterNames(each.path)) errors.add(PATH_PARAMETERS[name].missing);
  return [...errors].sort();
}

/** The route that serves the description of all the others, and of itself. */
export function openApiRoute(routes: readonly Route[], publicUrl: string): Route {
  let document: Record<string, unknown> | null = null;
  const self = route({
    operationId: 'readOpenApi',
    summary: 'This description.',
    method: 'GET',
    path: 'openapi.json',
    role: null,
    query: null,
    body: null,
    status: 200,
    answer: z.record(z.string(), z.unknown()),
    errors: [],
    handle: () => {
      document ??= openApiDocument([...routes, self], publicUrl);
      return Promise.resolve({ body: document });
    },
  });
  return self;
}

/** OpenAPI 3.1, whose schemas are JSON Schema 2020-12: generated from those that validate. */
function openApiDocument(routes: readonly Route[], publicUrl: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const each of routes) {
    const path = (paths[`/${each.path}`] ??= {});
    path[each.method.toLowerCase()] = operation(each);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rollcall',
      version: '1',
      description: 'What Rollcall knows of the directories it follows.',
    },
    servers: [{ url: new URL('/api', publicUrl).href }],
    paths,
    components: {
      schemas: { Error: ERROR_SCHEMA },
      securitySchemes: {
        platform: {
          type: 'http',
          scheme: 'bearer',
          description: 'An Entra token that App Service authentication checks; its app roles decide.',
        },
      },
    },
  };
}

function operation(each: Route): Record<string, unknown> {
  const parameters = [...pathParameters(each), ...queryParameters(each), ...headerParameters(each)];
  return {
    operationId: each.operationId,
    summary: each.summary,
    ...(each.role === null ? { security: [] } : { security: [{ platform: [`Rollcall.${each.role}`] }] }),
    ...(each.role === null ? {} : { 'x-role': `Rollcall.${each.role}` }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(each.body === null
      ? {}
      : {
          requestBody: {
            content: {
              'application/json': { schema: schemaOf(each.body, 'input') },
              ...(each.largestCsv !== undefined ? { 'text/csv': { schema: { type: 'string' } } } : {}),
            },
          },
        }),
    responses: { [each.status]: success(each), ...errorResponses(errorsOf(each)) },
  };
}

function success(each: Route): Record<string, unknown> {
  const headers = Object.entries(each.headers ?? {}).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]);
  return {
    description: each.summary,
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) as Record<string, unknown> }),
    ...(each.answer === null
      ? {}
      : { content: { 'application/json': { schema: schemaOf(each.answer, 'output') } } }),
  };
}

function errorResponses(codes: readonly ErrorCode[]): Record<string, unknown> {
  const statuses = [...new Set(codes.map((code) => ERRORS[code]))];
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  return Object.fromEntries(
    statuses.map((status) => {
      const description = codes.filter((code) => ERRORS[code] === status).join(', ');
      return [status, { description, content }];
    }),
  );
}

function pathParameters(each: Route): object[] {
  return parameterNames(each.path).map((name) => {
    const { schema, description } = PATH_PARAMETERS[name];
    return { name, in: 'path', required: true, description, schema: schemaOf(schema, 'input') };
  });
}

function queryParameters(each: Route): object[] {
  if (each.query === null) return [];
  const { properties = {}, required = [] } = schemaOf(each.query, 'input');
  return Object.entries(properties as Record<string, unknown>).map(([name, schema]) => ({
    name,
    in: 'query',
    required: (required as string[]).includes(name),
    schema,
  }));
}

function headerParameters(each: Route): object[] {
  const optional = { in: 'header', required: false, schema: { type: 'string' } };
  const repeatable = honoursRepeatability(each) ? Object.entries(REPEATABILITY_HEADERS) : [];
  return [
    ...(each.errors.includes('PreconditionFailed') ? [{ name: 'If-Match', ...optional }] : []),
    ...repeatable.map(([name, description]) => ({ name, description, ...optional })),
  ];
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  // What JSON Schema has no word for says in its meta() what it is.
  const options = { io, unrepresentable: 'any', override: withKnownFormat } as const;
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, options);
  return described;
}

/** JSON Schema 2020-12 and the OpenAPI format registry. */
const FORMATS: ReadonlySet<string> = new Set(['date-time', 'uuid', 'email', 'uri', 'password']);

/** How a text is checked, such as what it starts with, is no format; the pattern says it. */
function withKnownFormat({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format !== undefined && !FORMATS.has(jsonSchema.format)) delete jsonSchema.format;
}

const detail = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string', enum: Object.keys(ERRORS) },
    message: { type: 'string' },
    target: { type: 'string', description: 'The field at fault, as a path.' },
  },
};

const ERROR_SCHEMA = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      ...detail,
      properties: {
        ...detail.properties,
        details: { type: 'array', items: detail, description: 'The first 20 faults.' },
        omittedDetails: {
          type: 'integer',
          description: 'How many more there are; absent if there are none.',
        },
      },
    },
  },
};
