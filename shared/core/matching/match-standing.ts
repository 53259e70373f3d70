import type { MatchConflict, RecordsTaken } from './match-conflict.js';
import type { MatchInput } from './match-input.js';
import type { Tie } from './product-record.js';

type Standing = Pick<
  MatchInput,
  'users' | 'choices' | 'ties' | 'records' | 'apart' | 'softDeleted' | 'takenElsewhere'
>;

/** Who is tied already, and who may not be any more. */
export class MatchStanding implements RecordsTaken {
  /** Choices that are not carried out, since another setup has the record. */
  readonly refusedChoices: readonly MatchConflict[];
  readonly #ties = new Map<string, Tie>();
  readonly #userOf = new Map<string, string>();
  readonly #usersInConflict = new Set<string>();
  readonly #recordsInConflict = new Set<string>();

  constructor(private readonly input: Standing) {
    const { choices, ties, records, apart, takenElsewhere } = input;
    const present = new Set(records.map(({ recordId }) => recordId));
    // What the product made may not be in its list yet.
    const possible = choices.filter((one) => one.matchedBy === 'created' || present.has(one.recordId));
    for (const choice of [...possible].sort(byUser))
      if (!takenElsewhere.has(choice.recordId)) this.tie(choice);
    this.refusedChoices = this.#refused(possible);
    for (const tie of [...ties].sort(byUser))
      if (
        present.has(tie.recordId) &&
        !takenElsewhere.has(tie.recordId) &&
        !this.#usersInConflict.has(tie.directoryId) &&
        apart.get(tie.directoryId)?.has(tie.recordId) !== true
      )
        this.tie(tie);
  }

  /** In the order of the users. */
  get allTies(): readonly Tie[] {
    return [...this.#ties.values()].sort(byUser);
  }

  tie(tie: Tie): void {
    if (this.#ties.has(tie.directoryId) || this.#userOf.has(tie.recordId)) return;
    this.#ties.set(tie.directoryId, tie);
    this.#userOf.set(tie.recordId, tie.directoryId);
  }

  isFreeUser(directoryId: string): boolean {
    return !this.#usersInConflict.has(directoryId) && !this.#ties.has(directoryId);
  }

  /** Whether it may still be somebody's: also if it is that of a deleted user, who may never come back. */
  isOpenRecord(recordId: string): boolean {
    if (this.#recordsInConflict.has(recordId)) return false;
    const user = this.#userOf.get(recordId);
    return user === undefined || this.input.softDeleted.has(user);
  }

  isTied(recordId: string): boolean {
    return this.#userOf.has(recordId);
  }

  isTakenElsewhere(recordId: string): boolean {
    return this.input.takenElsewhere.has(recordId);
  }

  block({ directoryIds, recordIds }: Pick<MatchConflict, 'directoryIds' | 'recordIds'>): void {
    for (const id of directoryIds) this.#usersInConflict.add(id);
    for (const id of recordIds) this.#recordsInConflict.add(id);
  }

  /** Nobody is tied by a key in place of what was chosen. */
  #refused(choices: readonly Tie[]): MatchConflict[] {
    const inScope = new Set(this.input.users.map(({ directoryId }) => directoryId));
    const refused = choices.filter(
      ({ directoryId, recordId }) => this.isTakenElsewhere(recordId) && inScope.has(directoryId),
    );
    for (const { directoryId } of refused) this.#usersInConflict.add(directoryId);
    return [...refused].sort(byUser).map(({ directoryId, recordId }) => ({
      ...{ key: 'record', value: recordId, reasons: ['takenByOtherSetup'] },
      ...{ directoryIds: [directoryId], recordIds: [recordId] },
    }));
  }
}

function byUser(a: Tie, b: Tie): number {
  return compare(a.directoryId, b.directoryId) || compare(a.recordId, b.recordId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
