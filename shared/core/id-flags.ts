const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const WORDS = 4;
const EMPTY = 0;
const LOWERED = 1;
const RAISED = 2;

type Words = readonly [number, number, number, number];

/**
 * A flag per id, with GUIDs held in 17 bytes each (a hash table in typed arrays), since a full round of a large
 * directory remembers every id it saw. Ids of any other form are kept as they are.
 */
export class IdFlags {
  private table = new Uint32Array(64 * WORDS);
  private slots = new Uint8Array(64);
  private guids = 0;
  private readonly others = new Map<string, boolean>();
  private raisedCount = 0;

  get size(): number {
    return this.guids + this.others.size;
  }

  /** How many ids have their flag raised. */
  get raised(): number {
    return this.raisedCount;
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  /** Undefined where the id was never set. */
  get(id: string): boolean | undefined {
    if (!GUID.test(id)) return this.others.get(id);
    const slot = this.slots[this.slotOf(wordsOf(id))];
    return slot === undefined || slot === EMPTY ? undefined : slot === RAISED;
  }

  set(id: string, flag: boolean): void {
    const before = this.get(id);
    if (before === flag) return;
    this.raisedCount += (flag ? 1 : 0) - (before === true ? 1 : 0);
    if (!GUID.test(id)) {
      this.others.set(id, flag);
      return;
    }
    if ((this.guids + 1) * 2 > this.slots.length) this.grow();
    const words = wordsOf(id);
    this.fill(this.slotOf(words), words, flag ? RAISED : LOWERED);
    if (before === undefined) this.guids += 1;
  }

  private fill(slot: number, words: Words, value: number): void {
    this.table.set(words, slot * WORDS);
    this.slots[slot] = value;
  }

  /** The slot that holds the words, or the empty one where they belong. */
  private slotOf(words: Words): number {
    const mask = this.slots.length - 1;
    let slot = (words[0] ^ Math.imul(words[3], 0x9e3779b1)) & mask;
    while (this.slots[slot] !== EMPTY && !this.holds(slot, words)) slot = (slot + 1) & mask;
    return slot;
  }

  private holds(slot: number, words: Words): boolean {
    const at = slot * WORDS;
    return words.every((word, index) => this.table[at + index] === word);
  }

  private grow(): void {
    const { table, slots } = this;
    this.table = new Uint32Array(table.length * 2);
    this.slots = new Uint8Array(slots.length * 2);
    slots.forEach((value, slot) => {
      if (value === EMPTY) return;
      const words = [...table.subarray(slot * WORDS, slot * WORDS + WORDS)] as unknown as Words;
      this.fill(this.slotOf(words), words, value);
    });
  }
}

function wordsOf(guid: string): Words {
  const digits = guid.replaceAll('-', '');
  const word = (index: number): number => Number.parseInt(digits.slice(index * 8, index * 8 + 8), 16);
  return [word(0), word(1), word(2), word(3)];
}
