import type { z } from 'zod';
import type { Principal, Role, TenantSight } from '../../shared/core/access.js';
import type { ErrorCode } from './errors.js';
import type { ParametersOf } from './parameters.js';

/** What a setup's document may have: ten thousand groups, each with a role and a membership that it gives. */
export const LARGEST_SETUP = { largestBody: 4 * 1024 * 1024, mostValues: 120_000 } as const;

interface Answer<Body> {
  /** Null: no content. */
  readonly body: Body;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text of type text/csv that goes out in place of the body. */
  readonly csv?: string;
}

/** A request that was let in, with everything in it checked. */
export interface Call<Parameters extends string, Query, Body> {
  readonly parameters: Readonly<Record<Parameters, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly principal: Principal;
  /** The tenants for which the principal holds the route's role: a list over tenants shows these and no other. */
  readonly sight: TenantSight;
  readonly header: (name: string) => string | null;
  /** Absolute, below PUBLIC_URL. */
  readonly address: URL;
}

interface Described {
  /** Also the name of its function. */
  readonly operationId: string;
  readonly summary: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api/. */
  readonly path: string;
  /** The least role; null for those that need no sign-in. */
  readonly role: Role | null;
  /** A role besides that lets in as well, where the two do not include each other. */
  readonly orRole?: Role;
  /**
   * Where the path names no tenant. `anyTenant`: whoever holds the role for some tenants is let in, and the route shows
   * what is in their `sight`. `tenantInQuery`: the query's `tid` names the tenant. Left out: the registry as a whole,
   * for which the role has to be held everywhere.
   */
  readonly target?: 'anyTenant' | 'tenantInQuery';
  /** Bytes of a body of type text/csv, which is taken as it is, beside JSON; left out if none is taken. */
  readonly largestCsv?: number;
  /** Bytes of a JSON body, if it may have more than others. */
  readonly largestBody?: number;
  /** Values of a JSON body, if it may have more than others. */
  readonly mostValues?: number;
  readonly status: 200 | 201 | 202 | 204;
  /** Headers of the answer worth knowing, with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Besides those that any route of its kind can answer. */
  readonly errors: readonly ErrorCode[];
}

/** One operation of the API: what validates it, what describes it and what answers it, in one place. */
export interface RouteDefinition<Path extends string, Query, Body, Answered> extends Described {
  readonly path: Path;
  readonly query: z.ZodType<Query> | null;
  readonly body: z.ZodType<Body> | null;
  /** Null: no content. */
  readonly answer: z.ZodType<Answered> | null;
  handle(call: Call<ParametersOf<Path>, Query, Body>): Promise<Answer<Answered>>;
}

/** A route as the edge sees it, whatever it takes and answers. */
export interface Route extends Described {
  readonly query: z.ZodType | null;
  readonly body: z.ZodType | null;
  readonly answer: z.ZodType | null;
  handle(call: Call<string, unknown, unknown>): Promise<Answer<unknown>>;
}

/** Forgets the types of one route; the edge has checked the call by the very schemas that gave them. */
export function route<Path extends string, Query, Body, Answered>(
  definition: RouteDefinition<Path, Query, Body, Answered>,
): Route {
  return {
    ...definition,
    handle: (call) => definition.handle(call as Call<ParametersOf<Path>, Query, Body>),
  };
}
