import type { DirectoryChange } from '../control-api.js';
import type { Clock, Timer } from '../clock.js';
import type { Random } from '../random.js';
import type { Tenant } from '../tenant.js';
import { randomChanges } from './random-changes.js';

const pauseMs = 1000;

/** Keeps changing some tenants' directories at random, about once a second each. */
export class LiveChanges {
  #tenants: readonly Tenant[] = [];
  #timer: Timer | undefined;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #apply: (tenant: Tenant, changes: readonly DirectoryChange[]) => void;

  constructor(
    clock: Clock,
    random: Random,
    apply: (tenant: Tenant, changes: readonly DirectoryChange[]) => void,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#apply = apply;
  }

  /** From now on these and no others. */
  set(tenants: readonly Tenant[]): void {
    this.#tenants = tenants;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (tenants.length > 0) this.#timer = this.#clock.after(pauseMs, () => this.#step());
  }

  #step(): void {
    for (const tenant of this.#tenants) {
      const seed = this.#random.below(2 ** 31);
      const all = randomChanges(tenant.directory.primary, { share: 0, seed });
      const change = all[this.#random.below(all.length)];
      if (change !== undefined) this.#apply(tenant, [change]);
    }
    this.#timer = this.#clock.after(pauseMs, () => this.#step());
  }
}
