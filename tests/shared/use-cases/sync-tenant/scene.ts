import { expect } from 'vitest';
import type { DirectoryChange } from '../../../../local/graph/control-api.js';
import type { GraphEmulatorOptions } from '../../../../local/graph/emulator-options.js';
import type { WireAnswer, WireRequest } from '../../../../local/graph/http/call.js';
import type { TableName } from '../../../../shared/adapters/tables/tables.js';
import { READS_HIDDEN } from '../../../../shared/core/hidden-membership.js';
import type { DeadLetter } from '../../../../shared/core/dead-letter.js';
import { issuesOf } from '../../../../shared/core/issues/issues-of.js';
import type { TenantIssue } from '../../../../shared/core/issues/tenant-issue.js';
import type { SyncJob } from '../../../../shared/core/job.js';
import type { Job, Resource } from '../../../../shared/core/resource.js';
import type { ResourceState } from '../../../../shared/core/round.js';
import type { Run } from '../../../../shared/core/run.js';
import type { Tenant } from '../../../../shared/core/tenant.js';
import type { TenantScope } from '../../../../shared/ports/scope.js';
import { requestRuns } from '../../../../shared/use-cases/request-runs.js';
import { editTenant } from '../../../../shared/use-cases/edit-tenant.js';
import type { SyncSettings } from '../../../../shared/use-cases/sync-tenant/ports.js';
import type { MemoryDelivery } from '../../../fakes/memory-queue.js';
import type { TableRequest } from '../../../fakes/memory-tables.js';
import { expected, mirrored } from '../../../histories/compare.js';
import { Crash, HostView, type HostFate } from '../../../histories/host-view.js';
import { QUICK, TENANT_ID, World } from '../../../histories/world.js';

const MOST_JOBS = 300;

export interface SceneOptions {
  readonly settings?: Partial<SyncSettings>;
  readonly emulator?: GraphEmulatorOptions;
  /** Whether the tenant's subscriptions are made, so that its changes are notified; default no. */
  readonly subscribing?: boolean;
  /** Whether the tenant has a started setup, which nobody is in; default yes. */
  readonly started?: boolean;
}

export interface HandledJob {
  readonly at: number;
  /** When the host was through with it; null while it works, or for ever where it died. */
  endedAt: number | null;
  readonly messageId: string;
  readonly job: SyncJob;
}

export interface GraphRequest {
  readonly at: number;
  readonly path: string;
}

/** A host process that fails as told: never, by default. */
export function hostView(fate: Partial<HostFate> = {}): HostView {
  return new HostView({ crashAt: null, crashAfterEffect: false, stallAtGraph: null, ...fate });
}

/** One tenant, its directory and the hosts that work for it, watched from all sides. */
export class Scene {
  /** Jobs in the order in which hosts took them. */
  readonly jobs: HandledJob[] = [];
  /** Requests to Graph, logins left out. */
  readonly graph: GraphRequest[] = [];
  /** Every host that was sent anything. */
  readonly hosts = new Set<string>();
  /** Requests to the tables. */
  readonly tableRequests: TableRequest[] = [];
  /** May throw, then the request never arrives. */
  beforeTable: ((request: TableRequest) => void | Promise<void>) | null = null;
  afterTable: ((request: TableRequest) => void | Promise<void>) | null = null;
  /** Rewrites what Graph answers. */
  onAnswer: ((request: WireRequest, answer: WireAnswer) => WireAnswer) | null = null;
  readonly world: World;

  private constructor(private readonly options: SceneOptions) {
    this.world = new World({ ...QUICK, ...options.settings }, options.emulator ?? {});
    this.watchTables();
    this.watchGraph();
  }

  /** A connected tenant that nothing was read of yet, whose directory holds what these changes make. */
  static async open(changes: readonly DirectoryChange[], options: SceneOptions = {}): Promise<Scene> {
    const scene = new Scene(options);
    await (options.started === false ? scene.world.connectOnly() : scene.world.connect());
    await scene.change(...changes);
    return scene;
  }

  /** The same after its first sync. */
  static async synced(changes: readonly DirectoryChange[], options: SceneOptions = {}): Promise<Scene> {
    const scene = await Scene.open(changes, options);
    await scene.sync();
    scene.forget();
    return scene;
  }

  close(): Promise<void> {
    return this.world.close();
  }

  /** Forgets what was watched so far. */
  forget(): void {
    for (const list of [this.jobs, this.graph, this.tableRequests]) list.length = 0;
    this.hosts.clear();
  }

  /** Every change must be possible. */
  async change(...changes: readonly DirectoryChange[]): Promise<void> {
    const outcome = await this.world.emulator.applyChanges(TENANT_ID, changes);
    expect(outcome.skipped).toEqual([]);
  }

  async requestRun(wish: { jobs?: readonly Job[]; full?: boolean } = {}): Promise<Run> {
    const { ports } = this.world.host(hostView());
    const { jobs = ['users', 'groups'], full = false } = wish;
    const outcome = await requestRuns(ports, TENANT_ID, { jobs, full });
    if (outcome.kind !== 'accepted') throw new Error(`The run was not accepted: ${outcome.kind}`);
    return outcome.run;
  }

  /** Runs the jobs and whatever follows; answers the run as it is then. */
  async sync(wish: { jobs?: readonly Job[]; full?: boolean } = {}): Promise<Run> {
    const { runId } = await this.requestRun(wish);
    await this.settle();
    return this.run(runId);
  }

  /** Hosts take every job that becomes due within that time, until none is left. */
  async settle(withinMs = Infinity, view = hostView()): Promise<void> {
    const until = this.world.clock.now() + withinMs;
    for (let jobs = 0; !view.dead; jobs += 1) {
      const delivery = await this.receive(until);
      if (delivery === null) return;
      if (jobs > MOST_JOBS) throw new Error(`The queue does not run dry: ${JSON.stringify(delivery.body)}`);
      await this.handle(view, delivery);
    }
  }

  /** The next message, waited for on the virtual clock; null where none becomes due until then. */
  async receive(until = Infinity): Promise<MemoryDelivery | null> {
    const { queue, clock } = this.world;
    const delivery = queue.receive();
    if (delivery !== null) return delivery;
    const due = queue.nextDueAt();
    if (due === null || due > until) return null;
    await clock.advance(due - clock.now());
    return queue.receive();
  }

  async handle(view: HostView, delivery: MemoryDelivery): Promise<void> {
    const job = delivery.body as SyncJob;
    const handled: HandledJob = {
      at: this.world.clock.now(),
      endedAt: null,
      messageId: delivery.messageId,
      job,
    };
    this.jobs.push(handled);
    if (job.kind === 'subscriptions' && this.options.subscribing !== true) {
      delivery.complete();
      return;
    }
    try {
      const { body, messageId, deliveryCount: deliveries } = delivery;
      const message = { body, messageId, deliveries };
      await this.world.host(view).receiveJob(message);
      handled.endedAt = this.world.clock.now();
      delivery.complete();
    } catch (failure) {
      delivery.abandon();
      if (!(failure instanceof Crash) && !view.dead) throw failure;
    }
  }

  async run(runId: string): Promise<Run> {
    const stored = await this.world.stores.runs.get(TENANT_ID, runId);
    if (stored === null) throw new Error(`There is no run ${runId}.`);
    return stored.value;
  }

  /** Newest first. */
  async runs(): Promise<readonly Run[]> {
    return (await this.world.stores.runs.list(TENANT_ID, { after: null, limit: 100 })).rows;
  }

  async tenant(): Promise<Tenant> {
    const stored = await this.world.stores.tenants.get(TENANT_ID);
    if (stored === null) throw new Error('The tenant is gone.');
    return stored.value;
  }

  /** As every place that shows the tenant's status has them. */
  async issues(): Promise<readonly TenantIssue[]> {
    return issuesOf(await this.tenant(), this.world.clock.now());
  }

  /** As an operator does it. */
  /** Grants Member.Read.Hidden or withdraws it, which counts with the next token: once the last one has expired. */
  async showHidden(isShown: boolean): Promise<void> {
    const { emulator, clock } = this.world;
    const [app] = (await emulator.listTenants())[0]?.apps ?? [];
    if (app === undefined) throw new Error('The tenant has no application.');
    const others = app.roles.filter((role) => role !== READS_HIDDEN);
    await emulator.setApp(TENANT_ID, { ...app, roles: isShown ? [...others, READS_HIDDEN] : others });
    await clock.advance(2 * 3_600_000);
  }

  async pause(paused: boolean): Promise<void> {
    const outcome = await editTenant(this.world.host(hostView()).ports, TENANT_ID, { paused }, null);
    expect(outcome.kind).toBe('edited');
  }

  async state(resource: Resource): Promise<ResourceState> {
    return (await this.world.stores.syncStates.read(TENANT_ID))[resource];
  }

  async scope(): Promise<TenantScope> {
    return { tenantId: TENANT_ID, bucketCount: (await this.tenant()).bucketCount ?? 0 };
  }

  async deadLetters(): Promise<readonly DeadLetter[]> {
    return (await this.world.stores.deadLetters.listAll({ after: null, limit: 100 })).rows;
  }

  /** Rows, counts and marks are what the directory is. */
  async expectMirrored(): Promise<void> {
    const truth = await this.world.emulator.truth(TENANT_ID);
    expect(await mirrored(this.world.stores, await this.scope())).toEqual(expected(truth));
    expect(await this.world.stores.marks.list(TENANT_ID, 10)).toEqual([]);
  }

  /** A notification's job that comes now is taken and leads nowhere. */
  async expectNothingAsked(): Promise<void> {
    const asked = this.graph.length;
    const dueAt = this.world.clock.now();
    const messageId = `probe:${dueAt}`;
    const job = {
      version: 1,
      kind: 'notification',
      tenantId: TENANT_ID,
      attempt: 0,
      resource: 'users',
      dueAt,
    };
    this.world.queue.put(messageId, TENANT_ID, job);
    await this.settle();
    expect(this.jobs.at(-1)?.messageId).toBe(messageId);
    expect(this.graph).toHaveLength(asked);
  }

  async user(id: string) {
    return (await this.world.stores.mirror.readUsers(await this.scope(), [id])).get(id) ?? null;
  }

  async group(id: string) {
    return (await this.world.stores.mirror.readGroups(await this.scope(), [id])).get(id) ?? null;
  }

  /** Ids of the direct members that the mirror holds, hidden ones included. */
  async membersOf(groupId: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const edges of this.world.stores.mirror.membersOf(await this.scope(), groupId)) {
      ids.push(...edges.map((edge) => edge.memberId));
    }
    return ids;
  }

  async peopleOf(groupId: string): Promise<number> {
    return (await this.world.stores.groupCounts.read(await this.scope(), [groupId])).get(groupId) ?? 0;
  }

  /** Writes to these tables since the last `forget`. */
  writesTo(...tables: readonly TableName[]): TableRequest[] {
    return this.tableRequests.filter((request) => request.writes && tables.includes(request.table));
  }

  /** Something happens before the nth such request to Graph that follows is answered. */
  beforeGraph(path: RegExp, nth: number | 'each', happen: () => Promise<unknown>): void {
    const { core } = this.world.emulator;
    const serve = core.serve.bind(core);
    let asked = 0;
    core.serve = async (request) => {
      const matches = path.test(decodeURIComponent(request.url.pathname + request.url.search));
      if (matches && (nth === 'each' || ++asked === nth)) await happen();
      return serve(request);
    };
  }

  graphRequestsTo(path: RegExp): GraphRequest[] {
    return this.graph.filter((request) => path.test(request.path));
  }

  /** All rows of all tables as they are now, to tell whether anything was written since. */
  snapshot(tables: readonly TableName[]): unknown {
    return tables.map((table) => this.world.tables.rows(table));
  }

  private watchTables(): void {
    this.world.tables.beforeOperation = async (request) => {
      this.tableRequests.push(request);
      await this.beforeTable?.(request);
    };
    this.world.tables.afterOperation = (request) => this.afterTable?.(request);
  }

  private watchGraph(): void {
    const { core, graphUrl } = this.world.emulator;
    const serve = core.serve.bind(core);
    core.serve = async (request) => {
      this.hosts.add(request.url.origin);
      if (request.url.origin !== graphUrl) return serve(request);
      const path = decodeURIComponent(request.url.pathname + request.url.search);
      this.graph.push({ at: this.world.clock.now(), path });
      const answer = await serve(request);
      return this.onAnswer?.(request, answer) ?? answer;
    };
  }
}
