import { StepCounter, type Stepwise } from '../stepwise.js';

/** Users and records that share a value of a key. */
export interface Sharing {
  readonly directoryIds: readonly string[];
  readonly recordIds: readonly string[];
}

/** Users and records that hang together by values of a key: at least one of each, ids in their order. */
export interface SharedComponent extends Sharing {
  /** The least value by which the first of the users shares one of the records. */
  readonly value: string;
}

/**
 * Returns what hangs together by the values of a key, without the pairs that an operator parted, in the order of the
 * values and then of the first users.
 * @param byValue who has each value
 */
export function* sharedComponents(
  byValue: ReadonlyMap<string, Sharing>,
  apart: ReadonlyMap<string, ReadonlySet<string>>,
): Stepwise<SharedComponent[]> {
  const links = new Links(apart);
  yield* links.enterAll(byValue);
  const counter = new StepCounter();
  const components: SharedComponent[] = [];
  for (const first of links.usersInOrder()) {
    if (counter.endsStep()) yield;
    const component = links.from(first);
    if (component !== null) components.push(component);
  }
  return components.sort((a, b) => compare(a.value, b.value) || compare(firstOf(a), firstOf(b)));
}

/** Who is linked by a value; whoever was reached by it is not looked at again. */
class Links {
  readonly #usersLeft = new Map<string, Set<string>>();
  readonly #recordsLeft = new Map<string, Set<string>>();
  readonly #valuesOfUser = new Map<string, string[]>();
  readonly #valuesOfRecord = new Map<string, string[]>();
  readonly #reached = new Set<string>();

  constructor(private readonly apart: ReadonlyMap<string, ReadonlySet<string>>) {}

  *enterAll(byValue: ReadonlyMap<string, Sharing>): Stepwise<void> {
    const counter = new StepCounter();
    for (const value of [...byValue.keys()].sort()) {
      if (counter.endsStep()) yield;
      const { directoryIds = [], recordIds = [] } = byValue.get(value) ?? {};
      this.#usersLeft.set(value, new Set(directoryIds));
      this.#recordsLeft.set(value, new Set(recordIds));
      for (const id of directoryIds) enter(this.#valuesOfUser, id, value);
      for (const id of recordIds) enter(this.#valuesOfRecord, id, value);
    }
  }

  usersInOrder(): readonly string[] {
    return [...this.#valuesOfUser.keys()].sort();
  }

  /** Null if the user was reached from another, or shares no record. */
  from(first: string): SharedComponent | null {
    if (this.#reached.has(first)) return null;
    this.#reached.add(first);
    const users = [first];
    const records: string[] = [];
    let value: string | null = null;
    // Both lists grow while they are walked.
    for (const user of users) {
      for (const { record, by } of this.#recordsOf(user)) {
        if (user === first) value ??= by;
        records.push(record);
        users.push(...this.#usersOf(record));
      }
    }
    if (value === null) return null;
    return { value, directoryIds: users.sort(), recordIds: records.sort() };
  }

  /** Records that the user is the first to reach, by their least values. */
  #recordsOf(user: string): { readonly record: string; readonly by: string }[] {
    const found: { record: string; by: string }[] = [];
    for (const by of this.#valuesOfUser.get(user) ?? [])
      for (const record of this.#recordsLeft.get(by) ?? []) {
        if (this.apart.get(user)?.has(record) === true) continue;
        for (const value of this.#valuesOfRecord.get(record) ?? [])
          this.#recordsLeft.get(value)?.delete(record);
        found.push({ record, by });
      }
    return found;
  }

  #usersOf(record: string): string[] {
    const found: string[] = [];
    for (const by of this.#valuesOfRecord.get(record) ?? [])
      for (const user of this.#usersLeft.get(by) ?? []) {
        if (this.apart.get(user)?.has(record) === true) continue;
        for (const value of this.#valuesOfUser.get(user) ?? []) this.#usersLeft.get(value)?.delete(user);
        if (this.#reached.has(user)) continue;
        this.#reached.add(user);
        found.push(user);
      }
    return found;
  }
}

function enter(lists: Map<string, string[]>, id: string, value: string): void {
  const known = lists.get(id);
  if (known === undefined) lists.set(id, [value]);
  else known.push(value);
}

function firstOf({ directoryIds }: Sharing): string {
  return directoryIds[0] ?? '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
