import type { Firing } from './admin-endpoint.js';
import type { FunctionRegistry } from './function-registry.js';
import type { TimerTrigger } from './timer-trigger.js';

/** All timer functions of the app, started and stopped together, and fired by name. */
export class Timers implements Firing {
  readonly #registry: FunctionRegistry;
  readonly #timers: ReadonlyMap<string, TimerTrigger>;

  constructor(registry: FunctionRegistry, timers: readonly TimerTrigger[]) {
    this.#registry = registry;
    this.#timers = new Map(timers.map((timer) => [timer.name, timer]));
  }

  startAll(): void {
    for (const timer of this.#timers.values()) timer.start();
  }

  stopAll(): void {
    for (const timer of this.#timers.values()) timer.stop();
  }

  start(name: string): ReturnType<Firing['start']> {
    const fn = this.#registry.find(name);
    if (fn === undefined) return { kind: 'unknown' };
    const timer = this.#timers.get(fn.name);
    return timer === undefined ? { kind: 'notATimer' } : { kind: 'started', done: timer.fire() };
  }
}
