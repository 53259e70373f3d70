import type { RpcTypedData } from './core-types.js';
import type { RegisteredFunction } from './function-registry.js';
import type { Environment } from './host-json.js';
import type { Invoker } from './invocation.js';
import { describeError, type Log } from './log.js';
import { expandSettings } from './setting-expansion.js';
import { parseSchedule, type TimerSchedule } from './timer-schedule.js';

/** The longest wait one Node timer can hold is 2^31 - 1 ms; longer ones are waited for in pieces. */
const longestWaitMs = 2_000_000_000;
const minuteMs = 60_000;

/** .NET's DateTime.MinValue: there has been no run yet. */
const never = '0001-01-01T00:00:00';

/** What the real host's TimerInfo looks like in JSON. */
interface TimerInfo {
  readonly Schedule: { readonly AdjustForDST: boolean };
  readonly ScheduleStatus: {
    readonly Last: string;
    readonly LastUpdated: string;
    readonly Next: string;
  } | null;
  readonly IsPastDue: boolean;
}

/**
 * One timer function. Its runs never overlap: a tick that comes due during a run happens once, right after it, and
 * a run that was asked for waits for its turn. As on the real host, schedules shorter than a minute have no status.
 */
export class TimerTrigger {
  readonly #fn: RegisteredFunction;
  readonly #invoker: Invoker;
  readonly #log: Log;
  readonly #schedule: TimerSchedule;
  readonly #runOnStartup: boolean;
  readonly #monitored: boolean;
  #last: Date | undefined;
  #next: Date | undefined;
  #turn: Promise<void> = Promise.resolve();
  #wait: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @throws Error when the schedule, or a setting it names, is not valid. */
  constructor(fn: RegisteredFunction, invoker: Invoker, log: Log, environment: Environment) {
    const { schedule, runOnStartup, useMonitor } = fn.trigger.binding;
    this.#fn = fn;
    this.#invoker = invoker;
    this.#log = log;
    this.#schedule = parseSchedule(expandSettings(String(schedule), environment));
    this.#runOnStartup = runOnStartup === true;
    this.#monitored = useMonitor !== false && intervalMs(this.#schedule) >= minuteMs;
  }

  get name(): string {
    return this.#fn.name;
  }

  start(): void {
    if (this.#runOnStartup) this.#tick();
    else this.#waitForNext(new Date());
  }

  /** Starts no more runs; what runs is not touched. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#wait);
  }

  /** Runs the function when its turn comes. @throws what the function threw. */
  fire(): Promise<void> {
    return this.#takeTurn(() => this.#run(false));
  }

  #waitForNext(after: Date): void {
    if (this.#stopped) return;
    this.#next = this.#schedule.next(after);
    this.#waitUntil(this.#next);
  }

  #waitUntil(instant: Date): void {
    const remaining = instant.getTime() - Date.now();
    this.#wait = setTimeout(
      () => {
        if (remaining > longestWaitMs) this.#waitUntil(instant);
        else this.#tick();
      },
      Math.max(0, Math.min(remaining, longestWaitMs)),
    );
  }

  #tick(): void {
    const due = this.#next ?? new Date();
    // A timer may wake a moment early; counting from the later of both keeps one occurrence from running twice.
    const started = new Date(Math.max(Date.now(), due.getTime()));
    void this.#takeTurn(() => this.#run(Date.now() - due.getTime() > minuteMs))
      .catch((error: unknown) => this.#log('debug', 'host', describeError(error)))
      .finally(() => this.#waitForNext(started));
  }

  #takeTurn(run: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(run);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #run(isPastDue: boolean): Promise<void> {
    if (this.#stopped) return;
    const input = this.#info(isPastDue);
    this.#last = new Date();
    await this.#invoker.invoke(this.#fn, input);
  }

  #info(isPastDue: boolean): RpcTypedData {
    const next = this.#schedule.next(new Date());
    const info: TimerInfo = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: this.#monitored
        ? {
            Last: instantText(this.#last),
            LastUpdated: instantText(this.#last),
            Next: instantText(next),
          }
        : null,
      IsPastDue: isPastDue,
    };
    return { json: JSON.stringify(info) };
  }
}

function intervalMs(schedule: TimerSchedule): number {
  const first = schedule.next(new Date());
  return schedule.next(first).getTime() - first.getTime();
}

/** .NET's round-trip form of an instant in UTC. */
function instantText(instant: Date | undefined): string {
  return instant === undefined ? never : instant.toISOString().replace('Z', '+00:00');
}
