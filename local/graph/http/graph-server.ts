import { tokenExpired } from '../delta/token-check.js';
import type { FaultRules, FiredFaults } from '../faults/fault-rules.js';
import type { MetadataCheck } from '../metadata/metadata-check.js';
import type { Random } from '../random.js';
import { quotaFor, resourceUnits } from '../throttling.js';
import { authorize, demandRole, type AuthorizeContext, type Caller } from './authorize.js';
import { serveBatch } from './batch.js';
import type { GraphCall, RouteAnswer, RouteContext, WireAnswer, WireRequest } from './call.js';
import { badRequest, GraphFailure } from './failure.js';
import { parseQuery } from './query-options.js';
import type { MatchedRoute, RouteTable } from './routes.js';
import { errorBody, printAnswer, statusFault, type AnswerHeaders } from './print-answer.js';

/** What serving Graph needs. */
export interface GraphServerContext extends AuthorizeContext, RouteContext {
  readonly routes: RouteTable;
  readonly faults: FaultRules;
  readonly random: Random;
  readonly metadata: MetadataCheck | undefined;
  readonly latencyMs: number;
  readonly throttling: boolean;
  now(): number;
}

/** Share of the quota from which on answers tell it (graph-protocol 6.4). */
const shareWorthTelling = 0.8;

const noFaults: FiredFaults = { page: [], answer: undefined, delayMs: 0 };

/** Serves one request of the Graph origin. */
export async function serveGraph(context: GraphServerContext, request: WireRequest): Promise<WireAnswer> {
  const ids: AnswerHeaders = {
    requestId: context.random.guid(),
    clientRequestId: request.headers.get('client-request-id') ?? undefined,
    date: new Date(context.serverTime()),
  };
  const exchange = new Exchange(context, request, ids);
  const answer = await exchange.answer();
  return { ...answer, delayMs: (answer.delayMs ?? 0) + context.latencyMs };
}

/** One request on its way: who calls, what it costs, which faults fired. */
class Exchange {
  #caller: Caller | undefined;
  #matched: MatchedRoute | undefined;
  #units = 1;
  #faults = noFaults;
  #quotaShare = 0;
  readonly #onDelivered: (() => void)[] = [];
  readonly #context: GraphServerContext;
  readonly #request: WireRequest;
  readonly #ids: AnswerHeaders;

  constructor(context: GraphServerContext, request: WireRequest, ids: AnswerHeaders) {
    this.#context = context;
    this.#request = request;
    this.#ids = ids;
  }

  async answer(): Promise<WireAnswer> {
    const answer = await this.#run().catch((error: unknown) => this.#failed(error));
    this.#count(answer.status);
    const told =
      this.#quotaShare < shareWorthTelling
        ? {}
        : { 'x-ms-throttle-limit-percentage': this.#quotaShare.toFixed(1) };
    const headers = { ...told, ...answer.headers };
    const wire = this.#spoil(printAnswer({ ...answer, headers }, this.#ids, this.#units));
    return { ...wire, delayMs: this.#faults.delayMs };
  }

  async #run(): Promise<RouteAnswer> {
    const { url, method, headers } = this.#request;
    const path = pathOf(url);
    this.#matched = this.#find(method, path);
    this.#caller = authorize(this.#context, headers);
    const { tenant, app } = this.#caller;
    this.#faults = this.#context.faults.fire(false, tenant.id, method, url);
    this.#check(path);
    if (path === '/$batch') return serveBatch(this.#request, (inner) => serveGraph(this.#context, inner));
    if (this.#matched === undefined)
      throw badRequest(`Resource not found for the segment '${path.slice(1)}'.`, 'BadRequest');
    this.#throttle(this.#caller);
    const { route, params } = this.#matched;
    const roles = typeof route.roles === 'function' ? route.roles(params) : route.roles;
    if (roles !== undefined) demandRole(app, roles);
    const call = this.#call(this.#caller, path, params);
    this.#refuseByFault(call);
    return route.run(call);
  }

  #find(method: string, path: string): MatchedRoute | undefined {
    const found = this.#context.routes.find(method, path);
    if (found === 'otherMethod')
      throw new GraphFailure(405, 'Request_BadRequest', `The method ${method} is not allowed here.`);
    if (found !== undefined) this.#units = resourceUnits(found.route.cost, this.#request.url.searchParams);
    return found;
  }

  #check(path: string): void {
    const { metadata } = this.#context;
    const { method, url, body } = this.#request;
    const violation = metadata?.check(method, path, url.searchParams, body);
    if (violation !== undefined) throw badRequest(violation, 'BadRequest');
  }

  #throttle({ tenant, app }: Caller): void {
    if (!this.#context.throttling) return;
    const quota = quotaFor(tenant.directory.primary.users.live);
    const { waitSeconds, share } = tenant
      .bucketOf(app.clientId)
      .take(this.#units, quota, this.#context.now());
    this.#quotaShare = share;
    if (waitSeconds === 0) return;
    throw new GraphFailure(429, 'TooManyRequests', 'Too many requests.', {
      'retry-after': waitSeconds.toFixed(3),
      'x-ms-throttle-scope': `Tenant_Application/ReadWrite/${app.clientId}/${tenant.id}`,
      'x-ms-throttle-information': 'ResourceUnitLimitExceeded',
    });
  }

  #call(caller: Caller, path: string, params: readonly string[]): GraphCall {
    const { url, method, headers, body } = this.#request;
    return {
      context: this.#context,
      ...caller,
      view: caller.tenant.directory.view(this.#context.now()),
      method,
      url,
      path,
      params,
      query: parseQuery(url.searchParams),
      headers,
      body: body === '' ? undefined : parseBody(body),
      pageFaults: this.#faults.page,
      onDelivered: this.#onDelivered,
    };
  }

  #refuseByFault(call: GraphCall): void {
    const fault = this.#faults.answer;
    if (fault?.kind === 'status') throw statusFault(fault);
    if (fault?.kind !== 'tokenExpired') return;
    const text = call.query.skiptoken ?? call.query.deltatoken ?? '';
    const token = call.context.codec.decode(text);
    throw tokenExpired(call, { code: 'syncStateNotFound', ...fault.expiry }, token);
  }

  #failed(error: unknown): RouteAnswer {
    if (!(error instanceof GraphFailure)) throw error;
    return { status: error.status, body: errorBody(error, this.#ids), headers: error.headers };
  }

  #count(status: number): void {
    const template = this.#matched?.route.template ?? pathOf(this.#request.url);
    this.#caller?.tenant.counter.count(`${this.#request.method} ${template}`, status, this.#units);
  }

  #spoil(wire: WireAnswer): WireAnswer {
    const fault = this.#faults.answer;
    if (fault?.kind === 'notJson')
      return { ...wire, status: 200, body: fault.body ?? '<html><body>Sorry</body></html>' };
    if (fault?.kind === 'cutConnection') return { ...wire, cut: fault.at ?? 'body' };
    const readable = this.#faults.page.every(({ kind }) => kind === 'replay' || kind === 'elementWithoutId');
    if (readable) for (const run of this.#onDelivered) run();
    return wire;
  }
}

function pathOf(url: URL): string {
  const [, version, ...rest] = url.pathname.split('/');
  if (version?.toLowerCase() !== 'v1.0') throw badRequest(`Invalid version: ${version ?? ''}`, 'BadRequest');
  return `/${rest.join('/')}`;
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw badRequest('Unable to read JSON request payload.', 'BadRequest');
  }
}
