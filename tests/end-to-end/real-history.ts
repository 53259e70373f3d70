import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../../local/graph/control-api.js';
import type { RunView } from '../../local/commands/product-api.js';
import type { History, HistoryEvent } from '../histories/arbitraries.js';
import type { Answer, Road } from './road.js';

const longestPassMs = 800;
const longestSyncMs = 4_000;
const longestRetryAfterSeconds = 1.4;
const longestLagSeconds = 2;
const apiPatienceMs = 60_000;

/**
 * Plays one history on a running stack, on real time: what takes hours on the virtual clock of the histories on fakes
 * is cut to about a second here. Deaths of hosts are not played, they happen meanwhile to all tenants together.
 */
export class RealHistory {
  constructor(
    private readonly road: Road,
    readonly tenantId: string,
    readonly told: History,
  ) {}

  async play(): Promise<void> {
    const { control } = this.road;
    const late = { duplicate: 0.2, delay: 0.2, delayMilliseconds: 600, reorder: true };
    await control.setNotificationFaults(this.tenantId, late);
    await control.applyChanges(this.tenantId, this.told.before);
    await this.ask('POST', 'runs', {});
    if (this.told.syncedFirst) await this.sync();
    for (const event of this.told.events) await this.happen(event);
    await control.clearFaults({ tenantId: this.tenantId });
    await control.setNotificationFaults(this.tenantId, {});
    await control.setLag(this.tenantId, 0);
  }

  /** Whether an operator has something to mend: a run that never succeeded, work given up, no subscription. */
  async needsMending(): Promise<boolean> {
    const tenant = (await this.ask('GET', '')).body as { state: string };
    const { value: runs } = (await this.ask('GET', 'runs')).body as { value: RunView[] };
    const { value: subscriptions } = (await this.ask('GET', 'subscriptions')).body as { value: unknown[] };
    const failed = runs.some((run) => run.status === 'Failed' || run.status === 'Canceled');
    return tenant.state !== 'running' || failed || subscriptions.length < 2;
  }

  async mend(): Promise<void> {
    await this.ask('POST', 'runs', {});
  }

  private async happen(event: HistoryEvent): Promise<void> {
    const { road, tenantId } = this;
    switch (event.kind) {
      case 'change':
        await road.control.applyChanges(tenantId, event.changes);
        return;
      case 'pass':
        await delay(Math.min(event.milliseconds, longestPassMs));
        return;
      case 'run':
        await this.ask('POST', 'runs', { full: event.full });
        return;
      case 'tick':
        await this.persist((host) => road.ask('POST', '/admin/functions/nightly-run', {}, host));
        await this.persist((host) => road.ask('POST', '/admin/functions/upkeep', {}, host));
        return;
      case 'fault':
        await road.control.addFault({ ...event, fault: hurried(event.fault), tenantId });
        return;
      case 'lag':
        await road.control.setLag(tenantId, Math.min(event.seconds, longestLagSeconds));
        return;
      case 'expire':
        await road.control.expireTokens(tenantId, event.expiry);
        return;
      case 'sync':
        return this.sync();
      case 'work':
        await delay(event.jobs * 50);
        return;
      case 'stolenLock':
        await this.ask('POST', 'runs', {});
        await road.control.applyChanges(tenantId, event.changes);
        // The broker may be down at this moment: then every lock is lost anyway.
        await road.breakSessionLock(tenantId).catch((): void => undefined);
        return;
      case 'cancel':
        return this.cancelNewest();
    }
  }

  /** Until nothing is asked for, or others have waited long enough. */
  private async sync(): Promise<void> {
    const end = Date.now() + longestSyncMs;
    while (Date.now() < end) {
      await delay(300);
      const { value: runs } = (await this.ask('GET', 'runs')).body as { value: RunView[] };
      if (!runs.some((run) => run.status === 'NotStarted' || run.status === 'Running')) return;
    }
  }

  private async cancelNewest(): Promise<void> {
    const { value: runs } = (await this.ask('GET', 'runs')).body as { value: RunView[] };
    if (runs[0] !== undefined) await this.ask('POST', `runs/${encodeURIComponent(runs[0].id)}/cancel`);
  }

  private ask(method: string, what: string, body?: unknown): Promise<Answer> {
    const path = `/api/v1/tenants/${this.tenantId}${what === '' ? '' : `/${what}`}`;
    return this.persist((host) => this.road.ask(method, path, body, host));
  }

  /** Asks one host after the other until one answers: a host that was killed comes back, a broker too. */
  private async persist(ask: (host: number) => Promise<Answer>): Promise<Answer> {
    const end = Date.now() + apiPatienceMs;
    for (let attempt = 0; ; attempt += 1) {
      const answer = await ask(attempt % this.road.stack.hostUrls.length).catch((error: unknown) => error);
      if (isAnswer(answer) && answer.status < 500) {
        if (answer.status < 400 || answer.status === 409) return answer;
        throw new Error(`Tenant ${this.tenantId}: ${answer.status} ${JSON.stringify(answer.body)}`);
      }
      if (Date.now() > end) throw new Error(`No host answers: ${JSON.stringify(answer)} ${String(answer)}`);
      await delay(200);
    }
  }
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'status' in value;
}

function hurried(fault: Fault): Fault {
  if (fault.kind !== 'status' || typeof fault.retryAfter !== 'number') return fault;
  return { ...fault, retryAfter: Math.min(fault.retryAfter, longestRetryAfterSeconds) };
}
