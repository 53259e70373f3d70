import type { Catalog } from '../../../core/catalog/catalog.js';
import { compileSetup, type CompiledSetup } from '../../../core/people/compile-setup.js';
import { membersAreRead } from '../../../core/needed-groups.js';
import { readinessOf, type Readiness } from '../../../core/people-readiness.js';
import {
  isRoleListRead,
  roleListKey,
  roleListsOf,
  type RoleList,
  type RoleListState,
} from '../../../core/role-assignment.js';
import { requirementsOf, type Requirements } from '../../../core/setup/requirements.js';
import type { Setup } from '../../../core/setup/setup.js';
import type { OversizedPerson } from '../../../ports/oversized-people.js';
import type { Override, StagedRemoval } from '../../../ports/removals.js';
import type { SetupProgress } from '../../../ports/setup-progress.js';
import type { Session } from '../session.js';

const AT_ONCE = 1_000;

/**
 * Raise it with every change of the code by which the same facts make another person: then the first job of each
 * tenant after the upgrade derives everybody again, in place of leaving them as the version before made them.
 */
const DERIVATION_VERSION = 2;

/** A started setup as a job works with it, or another whose users are matched to records. */
export class StartedSetup {
  readonly compiled: CompiledSetup;
  /** What it reads of users, as Graph selects them. */
  readonly attributes: readonly string[];
  /** By which the roles that it names are read. */
  readonly roleLists: readonly RoleList[];
  readonly givesHosts: boolean;
  /** All groups that it names. */
  readonly namedGroups: ReadonlySet<string>;
  private readonly needs: Requirements;
  readiness: Readiness = 'waiting';
  /**
   * Whether everybody who can be in scope was read once. Before, a value that one user has so far is no proof that
   * nobody else has it, so nobody is tied by it.
   */
  isScopeRead = false;
  progress: SetupProgress;
  private saving: Promise<void> = Promise.resolve();
  private isAwaitingRecords: boolean | null = null;
  // Promises, not what they answer: buckets are derived side by side, and all of them have to fill the same map.
  private version: Promise<number> | null = null;
  private removals: Promise<Map<string, StagedRemoval>> | null = null;
  private overrides: Promise<Map<string, Override>> | null = null;
  private oversized: Promise<Map<string, OversizedPerson>> | null = null;

  constructor(
    private readonly session: Session,
    readonly setup: Setup,
    private readonly catalog: Catalog,
    progress: SetupProgress | null,
  ) {
    const { setupId } = setup;
    this.compiled = compileSetup(setup, catalog);
    const requirements = requirementsOf(setup.document);
    this.needs = requirements;
    this.attributes = requirements.userAttributes;
    this.roleLists = roleListsOf(requirements);
    this.givesHosts = setup.document.grants.some((rule) => rule.hostsOf.length > 0);
    const { scopeGroups, excludedGroups, grants } = this.compiled;
    this.namedGroups = new Set([...scopeGroups, ...excludedGroups, ...grants.byGroup.keys()]);
    this.progress = progress ?? {
      setupId,
      basis: null,
      readiness: 'waiting',
      missingGroups: [],
      hiddenGroups: [],
      dueAt: null,
      isHolding: false,
      asOf: null,
    };
    this.judgeReadiness(null);
  }

  get id(): string {
    return this.setup.setupId;
  }

  /** @param lists where the reading of roles stands; null where it is not known */
  judgeReadiness(lists: ReadonlyMap<string, RoleListState> | null): void {
    const { states, chains, demand } = this.session;
    const { groups, allGroups } = this.needs;
    const holders = this.roleLists.length === 0 ? [] : demand.holders;
    const areRead = (ids: Iterable<string>): boolean =>
      membersAreRead({ groups: [...ids], allGroups }, states.groups, chains.all);
    const needs = {
      attributes: this.attributes,
      excludes: this.compiled.excludedGroups.size > 0,
      managerDecides: this.needs.managerDecides,
      membersRead: areRead([...groups, ...holders]),
      roleAssignmentsRead: this.roleLists.every((list) =>
        isRoleListRead(list, lists?.get(roleListKey(list))),
      ),
    };
    this.readiness = readinessOf(needs, states);
    // Roles decide nothing about who is in scope.
    const butForRoles = { ...needs, membersRead: areRead(groups), roleAssignmentsRead: true };
    this.isScopeRead = readinessOf(butForRoles, states) === 'complete';
  }

  /** Nobody leaves the scope because a group of the scope is gone or hides its members: the operator resolves that. */
  get scopeIsBroken(): boolean {
    return this.unknownGroups.some((id) => this.compiled.scopeGroups.has(id));
  }

  /** Nobody new is added while a group that may exclude them is gone or hides its members. */
  get exclusionIsBroken(): boolean {
    return this.unknownGroups.some((id) => this.compiled.excludedGroups.has(id));
  }

  /** Named groups of which it is not known who is in them. */
  private get unknownGroups(): readonly string[] {
    const { missingGroups, hiddenGroups } = this.progress;
    return [...missingGroups, ...hiddenGroups];
  }

  /** The groups without which it cannot be said who is in scope. */
  get decisiveGroups(): readonly string[] {
    return [...this.compiled.scopeGroups, ...this.compiled.excludedGroups];
  }

  /** Whether it waited for nothing but the beginning of the first reading, which derives whoever a page names. */
  get comesByPages(): boolean {
    const isFirst = this.session.states.users.round?.fresh === true;
    return isFirst && this.readiness === 'partial' && this.progress.basis === this.basis('waiting');
  }

  /** What everybody is derived by: where it is another than before, everybody is derived anew. */
  basis(readiness: Readiness = this.readiness): string {
    const { setup, catalog } = this;
    const roles = new Set(setup.document.grants.flatMap((rule) => rule.roles));
    const modules = [...roles].sort().map((id) => [id, catalog.find('role', id)?.module ?? null]);
    const decisive = new Set(this.decisiveGroups);
    const { missingGroups, hiddenGroups } = this.progress;
    const unknown = [...new Set(this.unknownGroups)].filter((id) => decisive.has(id)).sort();
    // What these gave is kept, and may have to be taken once they hide nothing any more.
    const hidingGivers = hiddenGroups.filter((id) => !decisive.has(id) && !missingGroups.includes(id)).sort();
    const standing = hidingGivers.length === 0 ? [] : [hidingGivers];
    return JSON.stringify([DERIVATION_VERSION, setup.version, readiness, unknown, modules, ...standing]);
  }

  /** One after the other: buckets are derived side by side, and what each saves goes on from what was saved last. */
  save(change: Partial<SetupProgress>): Promise<void> {
    return this.saveAfter(() => change);
  }

  /** Somebody's deletion is due then: the progress has the earliest of all. @param dueAt ISO 8601 UTC */
  noteDue(dueAt: string): Promise<void> {
    return this.saveAfter((now) => (now.dueAt === null || dueAt < now.dueAt ? { dueAt } : null));
  }

  private saveAfter(changeOf: (now: SetupProgress) => Partial<SetupProgress> | null): Promise<void> {
    const saved = this.saving.then(async () => {
      const change = changeOf(this.progress);
      if (change === null) return;
      const next = { ...this.progress, ...change };
      await this.session.ports.setupProgresses.save(this.session.fence, next);
      this.progress = next;
    });
    // Who asked meets the failure; the next one saves all the same.
    this.saving = saved.catch(() => undefined);
    return saved;
  }

  /** Whether records wait to be matched: until then whoever has no tie may be one of them. */
  async awaitsRecords(): Promise<boolean> {
    this.isAwaitingRecords ??= await this.session.ports.recordMatching.awaitsRecords(
      this.session.tenantId,
      this.id,
    );
    return this.isAwaitingRecords;
  }

  recordsWereTakenOver(): void {
    this.isAwaitingRecords = null;
  }

  /** Removals that are staged, held or approved, by directory id; mostly none. */
  /** The highest version of its people who have no row any more. */
  lastVersion(): Promise<number> {
    this.version ??= this.session.ports.personVersions.highest(this.session.tenantId, this.id);
    return this.version;
  }

  stagedRemovals(): Promise<Map<string, StagedRemoval>> {
    const { removals } = this.session.ports;
    this.removals ??= everything((after) =>
      removals.list(this.session.tenantId, this.id, { after, limit: AT_ONCE }),
    );
    return this.removals;
  }

  async keptPeople(): Promise<Map<string, Override>> {
    const { overrides } = this.session.ports;
    this.overrides ??= everything((after) =>
      overrides.list(this.session.tenantId, this.id, { after, limit: AT_ONCE }),
    );
    return await this.overrides;
  }

  /** Who is more than its rows hold, by directory id; mostly nobody. */
  async oversizedPeople(): Promise<Map<string, OversizedPerson>> {
    const { oversizedPeople } = this.session.ports;
    this.oversized ??= everything((after) =>
      oversizedPeople.list(this.session.tenantId, this.id, { after, limit: AT_ONCE }),
    );
    return await this.oversized;
  }
}

async function everything<Row extends { readonly directoryId: string }>(
  read: (after: string | null) => Promise<{ readonly rows: readonly Row[]; readonly next: string | null }>,
): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  let after: string | null = null;
  do {
    const page: { readonly rows: readonly Row[]; readonly next: string | null } = await read(after);
    for (const row of page.rows) found.set(row.directoryId, row);
    after = page.next;
  } while (after !== null);
  return found;
}
