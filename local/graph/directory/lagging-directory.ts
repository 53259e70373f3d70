import type { DirectoryChange } from '../control-api.js';
import { applyChange } from './apply-change.js';
import type { ChangeEvent } from './change-event.js';
import { DirectoryState } from './directory-state.js';

/**
 * A directory and, while lag is on, the replica that all reads see: the same changes, applied later. What
 * reads see never goes back; turning the lag off catches up at once.
 */
export class LaggingDirectory {
  readonly primary: DirectoryState;
  #replica: DirectoryState | undefined;
  #waiting: { readonly change: DirectoryChange; readonly at: number }[] = [];
  #lagMs = 0;

  constructor(primary = new DirectoryState()) {
    this.primary = primary;
  }

  get lagSeconds(): number {
    return this.#lagMs / 1000;
  }

  /** @throws ChangeRefused */
  apply(change: DirectoryChange, at: number): ChangeEvent[] {
    const events = applyChange(this.primary, change, at);
    if (this.#replica !== undefined) this.#waiting.push({ change, at });
    return events;
  }

  setLag(seconds: number, now: number): void {
    const view = this.view(now);
    this.#lagMs = seconds * 1000;
    if (seconds > 0) {
      this.#replica = view === this.primary ? this.primary.clone() : view;
      return;
    }
    this.#replica = undefined;
    this.#waiting = [];
  }

  /** What a read at this instant sees. */
  view(now: number): DirectoryState {
    if (this.#replica === undefined) return this.primary;
    const visible = this.#waiting.findIndex(({ at }) => at > now - this.#lagMs);
    const due = this.#waiting.splice(0, visible < 0 ? this.#waiting.length : visible);
    for (const { change, at } of due) applyChange(this.#replica, change, at);
    return this.#replica;
  }
}
