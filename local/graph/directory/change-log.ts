/** Something whose last change has a place in the directory's history. */
export interface Sequenced {
  /** Sequence number of the last change; a negative one means that it is no longer listed. */
  seq: number;
}

/**
 * The items in order of their last change. An item that changes again moves to the end, so that what
 * changed since any point is found by a binary search and read in order, without a scan.
 */
export class ChangeLog<T extends Sequenced> {
  #seqs: number[] = [];
  #items: T[] = [];
  #stale = 0;

  /** Records that the item changed at its present `seq`, which must be the highest so far. */
  append(item: T, seenBefore: boolean): void {
    const last = this.#items.length - 1;
    if (this.#items[last] === item) {
      this.#seqs[last] = item.seq;
      return;
    }
    if (seenBefore) this.#stale++;
    this.#seqs.push(item.seq);
    this.#items.push(item);
    if (this.#stale > 64 && this.#stale > this.#items.length / 2) this.#compact();
  }

  /** Notes that an item was withdrawn (its `seq` made negative). */
  withdrawn(): void {
    this.#stale++;
  }

  /** The items that changed after `seq`, oldest change first. */
  *after(seq: number): Generator<T> {
    for (let i = this.#firstAfter(seq); i < this.#items.length; i++) {
      const item = this.#items[i] as T;
      if (item.seq === this.#seqs[i]) yield item;
    }
  }

  /** Up to `count` of the most recently changed items, latest first. */
  latest(count: number): T[] {
    const found: T[] = [];
    for (let i = this.#items.length - 1; i >= 0 && found.length < count; i--) {
      const item = this.#items[i] as T;
      if (item.seq === this.#seqs[i]) found.push(item);
    }
    return found;
  }

  /** A log over copies of the items, as `copy` gives them. */
  clone(copy: (item: T) => T): ChangeLog<T> {
    const log = new ChangeLog<T>();
    for (const item of this.after(-1)) {
      log.#seqs.push(item.seq);
      log.#items.push(copy(item));
    }
    return log;
  }

  #firstAfter(seq: number): number {
    let low = 0;
    let high = this.#seqs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#seqs[middle] as number) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #compact(): void {
    const seqs: number[] = [];
    const items: T[] = [];
    this.#items.forEach((item, i) => {
      if (item.seq !== this.#seqs[i]) return;
      seqs.push(item.seq);
      items.push(item);
    });
    this.#seqs = seqs;
    this.#items = items;
    this.#stale = 0;
  }
}
