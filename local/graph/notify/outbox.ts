import type { Clock, Timer } from '../clock.js';
import type { NotificationFaults } from '../control-api.js';
import type { Deliver } from '../emulator-options.js';
import { Random } from '../random.js';
import type { Subscription } from './subscription.js';

/** A notification on its way. */
export interface Notification {
  readonly subscription: Subscription;
  readonly body: Readonly<Record<string, unknown>>;
  /** Lifecycle notifications go to their own address, also when the bound token has ended. */
  readonly lifecycle: boolean;
  readonly raisedAt: number;
  attempts: number;
}

/** What became of a tenant's notifications. */
export interface OutboxCounts {
  raised: number;
  delivered: number;
  failedAttempts: number;
  dropped: number;
  pending: number;
}

const mostPerPost = 100;
const giveUpMs = 4 * 3_600_000;
const longestBackoffMs = 600_000;

/**
 * Posts notifications: collected for a moment, several to a post, repeated with growing pauses until a 2xx
 * or four hours have passed (graph-protocol 8.9). Faults drop, repeat, delay and shuffle.
 */
export class Outbox {
  readonly #clock: Clock;
  readonly #deliver: Deliver;
  readonly #batchMs: number;
  readonly #waiting = new Map<string, Notification[]>();
  readonly #timers = new Set<Timer>();
  readonly #counts = new Map<string, OutboxCounts>();
  readonly #faults = new Map<string, { readonly faults: NotificationFaults; readonly random: Random }>();
  #flushing: Timer | undefined;

  constructor(clock: Clock, deliver: Deliver, batchMs: number) {
    this.#clock = clock;
    this.#deliver = deliver;
    this.#batchMs = batchMs;
  }

  counts(tenantId: string): OutboxCounts {
    const known = this.#counts.get(tenantId);
    if (known !== undefined) return known;
    const made = { raised: 0, delivered: 0, failedAttempts: 0, dropped: 0, pending: 0 };
    this.#counts.set(tenantId, made);
    return made;
  }

  resetCounts(tenantId: string): void {
    const { pending } = this.counts(tenantId);
    this.#counts.set(tenantId, { raised: 0, delivered: 0, failedAttempts: 0, dropped: 0, pending });
  }

  setFaults(tenantId: string, faults: NotificationFaults): void {
    this.#faults.set(tenantId, { faults, random: new Random(faults.seed ?? 1) });
  }

  /** Takes a notification on its way; faults may lose, repeat or delay it. */
  send(notification: Notification): void {
    const { tenantId } = notification.subscription;
    const counts = this.counts(tenantId);
    counts.raised++;
    const chance = this.#faults.get(tenantId);
    if (chance !== undefined && chance.random.next() < (chance.faults.drop ?? 0)) {
      counts.dropped++;
      return;
    }
    const copies = chance !== undefined && chance.random.next() < (chance.faults.duplicate ?? 0) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      counts.pending++;
      const late = chance !== undefined && chance.random.next() < (chance.faults.delay ?? 0);
      if (late)
        this.#later(chance.faults.delayMilliseconds ?? 1000, () => this.#collect({ ...notification }));
      else this.#collect({ ...notification });
    }
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#flushing?.cancel();
    this.#waiting.clear();
  }

  #later(milliseconds: number, run: () => void): void {
    const timer: Timer = this.#clock.after(milliseconds, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
  }

  #collect(notification: Notification): void {
    const { subscription, lifecycle } = notification;
    const url = lifecycle ? (subscription.lifecycleNotificationUrl ?? '') : subscription.notificationUrl;
    const same = this.#waiting.get(url);
    if (same === undefined) this.#waiting.set(url, [notification]);
    else same.push(notification);
    this.#flushing ??= this.#clock.after(this.#batchMs, () => {
      this.#flushing = undefined;
      this.#flush();
    });
  }

  #flush(): void {
    for (const [url, all] of this.#waiting) {
      const ready = all.filter((notification) => this.#mayGo(notification));
      for (let i = 0; i < ready.length; i += mostPerPost)
        void this.#post(url, ready.slice(i, i + mostPerPost));
    }
    this.#waiting.clear();
  }

  /** An ended bound token holds a notification back, to be tried again (graph-protocol 8.13). */
  #mayGo(notification: Notification): boolean {
    const { authorizedUntil } = notification.subscription;
    if (notification.lifecycle || authorizedUntil > this.#clock.now()) return true;
    this.#again(notification);
    return false;
  }

  async #post(url: string, batch: readonly Notification[]): Promise<void> {
    const tenantId = batch[0]?.subscription.tenantId ?? '';
    const chance = this.#faults.get(tenantId);
    const ordered = chance?.faults.reorder === true ? chance.random.shuffled(batch) : batch;
    const body = JSON.stringify({ value: ordered.map((notification) => notification.body) });
    const status = await this.#deliver({ url, contentType: 'application/json; charset=utf-8', body })
      .then((answer) => answer.status)
      .catch(() => 0);
    for (const notification of batch) {
      const counts = this.counts(notification.subscription.tenantId);
      if (status >= 200 && status < 300) {
        counts.delivered++;
        counts.pending--;
      } else {
        counts.failedAttempts++;
        this.#again(notification);
      }
    }
  }

  #again(notification: Notification): void {
    const pause = Math.min(longestBackoffMs, 1000 * 2 ** notification.attempts++);
    if (this.#clock.now() + pause - notification.raisedAt <= giveUpMs) {
      this.#later(pause, () => this.#collect(notification));
      return;
    }
    const counts = this.counts(notification.subscription.tenantId);
    counts.dropped++;
    counts.pending--;
  }
}
