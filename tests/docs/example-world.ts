import { GroupAncestors } from '../../shared/core/group-ancestors.js';
import { recordKeys, userKeys } from '../../shared/core/matching/match-keys.js';
import type { MatchConflict } from '../../shared/core/matching/match-conflict.js';
import { matchRecords } from '../../shared/core/matching/match-records.js';
import { matchUserOf } from '../../shared/core/matching/match-user.js';
import type { ProductRecord, Tie } from '../../shared/core/matching/product-record.js';
import type { MirrorUser } from '../../shared/core/mirror-rows.js';
import type { CompiledSetup } from '../../shared/core/people/compile-setup.js';
import type { PersonFacts, RecordTie } from '../../shared/core/people/facts.js';
import { nextPerson, type MayRemove } from '../../shared/core/people/next-person.js';
import type { Person } from '../../shared/core/people/person.js';
import { present } from '../../shared/core/people/present.js';
import type { Presented } from '../../shared/core/people/presented.js';

/** A directory as an example writes it: users by name, members as placeholders; a user that is null was deleted. */
export interface ExampleDirectory {
  readonly users: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly roleAssignments: Readonly<Record<string, readonly string[]>>;
}

/** What a setup makes of a directory, step by step: people stay from one step to the next. */
export class ExampleWorld {
  readonly people = new Map<string, Person>();
  readonly presented = new Map<string, Presented>();
  conflicts: readonly MatchConflict[] = [];

  constructor(
    private readonly compiled: CompiledSetup,
    private readonly idOf: (name: string) => string,
  ) {}

  /** Derives everybody; answers who would be removed, where the guard is to be asked. */
  derive(
    directory: ExampleDirectory,
    records: readonly ProductRecord[],
    mayRemove: MayRemove,
    now: string,
  ): string[] {
    const facts = this.#factsOf(directory);
    for (const [name, one] of facts) this.presented.set(name, present(this.compiled, one));
    const ties = this.#tiesOf(facts, records);
    const staged: string[] = [];
    for (const [name, presented] of this.presented) {
      const directoryId = this.idOf(name);
      const tie = ties.get(directoryId) ?? null;
      const previous = this.people.get(name) ?? null;
      // As a job does: nobody is made twice while it is not known which record is theirs.
      if (previous === null && this.isInConflict(name)) continue;
      const next = nextPerson(this.compiled, presented, {
        directoryId,
        previous,
        tie,
        mayRemove,
        isKept: false,
        now,
      });
      if (next.kind === 'write') this.people.set(name, next.change.after);
      if (next.kind === 'stageRemoval') staged.push(name);
    }
    return staged;
  }

  isInConflict(name: string): boolean {
    return this.conflicts.some(({ directoryIds }) => directoryIds.includes(this.idOf(name)));
  }

  #factsOf({ users, groups, roleAssignments }: ExampleDirectory): Map<string, PersonFacts> {
    const rows = new Map(
      Object.entries(users).map(([name, attributes]) => [
        name,
        attributes === null ? null : this.#rowOf(name, attributes),
      ]),
    );
    const ancestors = new GroupAncestors(null);
    const parentsOf = (id: string): string[] =>
      Object.keys(groups).flatMap((group) => (groups[group]?.includes(id) ? [this.idOf(group)] : []));
    for (const group of Object.keys(groups))
      ancestors.learn(this.idOf(group), true, parentsOf(this.idOf(group)));
    return new Map(
      [...rows].map(([name, user]) => {
        const id = this.idOf(name);
        const manager = [...rows.values()].find((row) => row?.id === user?.managerId) ?? null;
        const all = parentsOf(id).flatMap((group) => [...ancestors.of(group)]);
        const held = new Set(roleAssignments[name] ?? []);
        return [
          name,
          {
            directoryId: id,
            user,
            manager,
            groups: new Set(user === null ? [] : all),
            roleAssignments: held,
          },
        ];
      }),
    );
  }

  #rowOf(name: string, given: Readonly<Record<string, unknown>>): MirrorUser {
    const { manager = null, ...rest } = given;
    const attributes = { accountEnabled: true, userType: 'Member', ...rest };
    return {
      id: this.idOf(name),
      presence: 'live',
      attributes: attributes,
      managerId: manager as string | null,
    };
  }

  #tiesOf(
    facts: ReadonlyMap<string, PersonFacts>,
    records: readonly ProductRecord[],
  ): Map<string, RecordTie> {
    const users = [...facts].flatMap(([name, { user }]) => {
      const presented = this.presented.get(name);
      return user === null || presented?.kind !== 'in' ? [] : [matchUserOf(user, presented.profile)];
    });
    const { ties, conflicts } = matchRecords({
      keys: this.compiled.setup.document.match,
      users: users.map((user) => ({ directoryId: user.directoryId, keys: userKeys(user) })),
      records: records.map((record) => ({
        recordId: record.recordId,
        keys: recordKeys(record),
      })),
      ties: [],
      choices: [],
      apart: new Map(),
      softDeleted: new Set(),
      lost: new Map(),
      takenElsewhere: new Set(),
      wantedElsewhere: new Set(),
    });
    this.conflicts = conflicts;
    const valuesOf = ({ recordId }: Tie): RecordTie['values'] =>
      records.find((record) => record.recordId === recordId)?.values ?? {};
    return new Map(ties.map((tie) => [tie.directoryId, { ...tie, values: valuesOf(tie) }]));
  }
}
