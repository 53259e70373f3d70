import type { TableGateway } from '../../shared/adapters/tables/gateway.js';
import type { Directory } from '../../shared/ports/directory.js';
import type { JobQueue } from '../../shared/ports/job-queue.js';
import type { TenantSecrets } from '../../shared/ports/tenant-secrets.js';

/** The process died here: nothing that it had not finished will be finished by it. */
export class Crash extends Error {}

/** When and how a host fails: counted in the requests that it sends. */
export interface HostFate {
  /** Dies at this request; null never. */
  readonly crashAt: number | null;
  /** Whether the request on which it dies takes effect. */
  readonly crashAfterEffect: boolean;
  /** Halts with the answer to this request to Graph in hand, as a process that gets no processor; null never. */
  readonly stallAtGraph: number | null;
}

/** How one host process reaches the world: every request passes here, so that it can die between any two. */
export class HostView {
  requests = 0;
  dead = false;
  private graphRequests = 0;
  private resume: (() => void) | null = null;

  constructor(private readonly fate: HostFate) {}

  get stalled(): boolean {
    return this.resume !== null;
  }

  wakeUp(): void {
    this.resume?.();
    this.resume = null;
  }

  gateway(gateway: TableGateway): TableGateway {
    return this.guard(gateway);
  }

  queue(queue: JobQueue): JobQueue {
    return this.guard(queue);
  }

  secrets(secrets: TenantSecrets): TenantSecrets {
    return this.guard(secrets);
  }

  /** A stall comes with a page in hand, which is old news by the time it is applied. */
  directory(directory: Directory): Directory {
    const readDelta: Directory['readDelta'] = async (...question) => {
      const page = await directory.readDelta(...question);
      await this.maybeStall();
      return page;
    };
    return this.guard({ ...directory, readDelta });
  }

  private async maybeStall(): Promise<void> {
    this.graphRequests += 1;
    if (this.graphRequests !== this.fate.stallAtGraph) return;
    await new Promise<void>((resolve) => (this.resume = resolve));
  }

  private guard<Part extends object>(part: Part): Part {
    return new Proxy(part, {
      get: (target, name, receiver) => {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        const method = member as (...given: unknown[]) => unknown;
        return (...given: unknown[]) => {
          const call = (): unknown => method.apply(target, given);
          return this.send(call);
        };
      },
    });
  }

  private async send(call: () => unknown): Promise<unknown> {
    const dies = this.count();
    if (this.dead || (dies && !this.fate.crashAfterEffect)) throw this.die();
    const answer = await call();
    if (dies || this.hasDied()) throw this.die();
    return answer;
  }

  /** It may have died at another request meanwhile. */
  private hasDied(): boolean {
    return this.dead;
  }

  private count(): boolean {
    this.requests += 1;
    return this.requests === this.fate.crashAt;
  }

  private die(): Crash {
    this.dead = true;
    return new Crash('The host died.');
  }
}
