import type { AppRegistration, ConsentApp, DirectoryChange } from '../control-api.js';
import type { DirectoryState } from '../directory/directory-state.js';
import type { TokenCodec } from '../delta/tokens.js';
import type { PageFault } from '../faults/fault-rules.js';
import type { Tenant } from '../tenant.js';
import type { QueryOptions } from './query-options.js';

/** A request as it came over the wire or from `fetch`. */
export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

/** An answer before it is put on the wire; `cut` breaks the connection instead of or within the body. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly cut?: 'start' | 'body';
  /** Milliseconds to hold the answer back. */
  readonly delayMs?: number;
}

/** An answer of a route: its body is printed as JSON; absent for 204. */
export interface RouteAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What routes need from the emulator besides the call itself. */
export interface RouteContext {
  readonly graphUrl: string;
  readonly codec: TokenCodec;
  readonly deltaTokenLifeMs: number;
  readonly deltaPageSize: number;
  readonly deltaMemberEntries: number;
  /** The multi-tenant apps, by lower-case client id. */
  readonly consentApps: ReadonlyMap<string, ConsentApp>;
  now(): number;
  /** Applies a change made by a Graph write and raises its notifications. */
  change(tenant: Tenant, change: DirectoryChange): void;
}

/** An authorised request on its way through a route. */
export interface GraphCall {
  readonly context: RouteContext;
  readonly tenant: Tenant;
  readonly app: AppRegistration;
  /** Whether hidden memberships are shown. */
  readonly seesHidden: boolean;
  readonly view: DirectoryState;
  readonly method: string;
  readonly url: URL;
  /** Path below `/v1.0`, beginning with a slash. */
  readonly path: string;
  /** Values of the route's placeholders, in order. */
  readonly params: readonly string[];
  readonly query: QueryOptions;
  readonly headers: Headers;
  readonly body: unknown;
  readonly pageFaults: readonly PageFault[];
  /** Run once the answer really leaves whole. */
  readonly onDelivered: (() => void)[];
}
