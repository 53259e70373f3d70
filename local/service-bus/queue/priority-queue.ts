/** A binary heap: the item of the lowest rank comes first. Ranks must not change while an item is inside. */
export class PriorityQueue<T> {
  readonly #rank: (item: T) => number;
  readonly #heap: T[] = [];

  constructor(rank: (item: T) => number) {
    this.#rank = rank;
  }

  peek(): T | undefined {
    return this.#heap[0];
  }

  push(item: T): void {
    const heap = this.#heap;
    const rank = this.#rank(item);
    let index = heap.length;
    heap.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || this.#rank(above) <= rank) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = item;
  }

  pop(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sinkFromTop(last);
    return first;
  }

  #sinkFromTop(item: T): void {
    const heap = this.#heap;
    const rank = this.#rank(item);
    let index = 0;
    for (;;) {
      const child = this.#lowerChild(index);
      const below = heap[child];
      if (below === undefined || this.#rank(below) >= rank) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = item;
  }

  #lowerChild(index: number): number {
    const left = 2 * index + 1;
    const a = this.#heap[left];
    const b = this.#heap[left + 1];
    return a !== undefined && b !== undefined && this.#rank(b) < this.#rank(a) ? left + 1 : left;
  }
}
