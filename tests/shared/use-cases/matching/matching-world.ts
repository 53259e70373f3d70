import { phoneNumbers } from '../../../../shared/adapters/phone/phone-numbers.js';
import { systemClock } from '../../../../shared/adapters/system/system-clock.js';
import { createTableStores, type TableStores } from '../../../../shared/adapters/tables/table-stores.js';
import type { MatchSubject } from '../../../../shared/core/matching/match-subject.js';
import type { MatchUser, ProductRecord } from '../../../../shared/core/matching/product-record.js';
import type { MirrorUser } from '../../../../shared/core/mirror-rows.js';
import type { Setup, SetupDocument } from '../../../../shared/core/setup/setup.js';
import type { MatchRow } from '../../../../shared/ports/matches.js';
import type { RecordMatching } from '../../../../shared/ports/record-matching.js';
import type { RecordUpload } from '../../../../shared/ports/records.js';
import { receiveRecords } from '../../../../shared/use-cases/matching/receive-records.js';
import type { SuggestionPorts } from '../../../../shared/use-cases/matching/who-is-left.js';
import { createRecordMatching } from '../../../../shared/use-cases/matching/record-matching.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';
import { aTenant } from '../../../builders/tenant.js';
import { fenceOf } from '../../../contracts/table-stores-fixture.js';
import { createMemoryTables, type MemoryTables } from '../../../fakes/memory-tables.js';

export const TENANT = '11111111-1111-4111-8111-111111111111';
const DOCUMENT = aSetupDocument({ match: ['entraId', 'mail', 'alias', 'initials'] });

export const user = (directoryId: string, more: Partial<MatchUser> = {}): MatchUser => ({
  ...{ directoryId, mail: null, aliases: [], initials: null, displayName: null, phones: [] },
  ...{ jobTitle: null, country: null, ...more },
});
export const record = (recordId: string, more: Partial<ProductRecord> = {}): ProductRecord => ({
  ...{ recordId, entraId: null, mail: null, initials: null, displayName: null, phones: [], jobTitle: null },
  ...{ country: null, values: {}, ...more },
});

/** A tenant with one setup, whose users and records tests change. Several may share their tables. */
export class MatchingWorld {
  readonly stores: TableStores;
  readonly fence;
  readonly setup: Setup;
  /** Those in scope. */
  readonly users = new Map<string, MatchUser>();
  readonly marked = new Set<string>();
  /** Setups that are to look at something, as `{tenant} {setup}`. */
  readonly requested = new Set<string>();
  readonly matching: RecordMatching;
  readonly ports: SuggestionPorts;
  #ids = 0;
  interruptions = 0;
  mayGoOn: (() => boolean) | null = null;
  /** Permanently deleted: no other user ever has such an id. */
  readonly purged = new Set<string>();
  /** Others in the mirror. */
  readonly #besides = new Map<string, MirrorUser['presence']>();

  constructor(
    readonly tables: MemoryTables = createMemoryTables(),
    readonly tenantId = TENANT,
    document: Partial<SetupDocument> = {},
    setupId = aSetup().setupId,
  ) {
    this.stores = createTableStores(tables);
    this.fence = fenceOf(tenantId);
    this.setup = aSetup({ tenantId, setupId, document: { ...DOCUMENT, ...document } });
    const now = () => Date.parse('2026-05-04T10:00:00Z') + this.#ids;
    const clock = { ...systemClock, now };
    const chance = { newId: () => String((this.#ids += 1)) };
    const setupWork = {
      requested: (tenant: string, setupId: string) => {
        this.requested.add(`${tenant} ${setupId}`);
        return Promise.resolve();
      },
    };
    this.matching = createRecordMatching({ ...this.stores, clock, setupWork, phoneNumbers });
    this.ports = { ...this.stores, clock, chance, setupWork, phoneNumbers };
  }

  async begin(): Promise<this> {
    const { tenantId, fence, setup, stores } = this;
    if ((await stores.tenants.get(tenantId)) === null)
      await stores.tenants.create(aTenant({ tenantId, bucketCount: fence.bucketCount }));
    await stores.setups.insert(setup);
    return this;
  }

  readonly everybody = async function* (this: MatchingWorld) {
    await Promise.resolve();
    yield [...this.users.keys(), ...this.#besides.keys()].map((id) => this.#subject(id));
  }.bind(this);

  readonly job = {
    mark: (ids: readonly string[] | 'everybody') => {
      for (const id of ids === 'everybody' ? [ids] : ids) this.marked.add(id);
      return Promise.resolve();
    },
    mayGoOn: () => Promise.resolve(this.mayGoOn?.() ?? true),
    keepAlive: () => Promise.resolve(),
  };

  async upload(
    records: readonly ProductRecord[],
    mode: RecordUpload['mode'] = 'merge',
    into: string = this.setup.setupId,
  ): Promise<void> {
    const rows = (async function* () {
      await Promise.resolve();
      yield* records;
    })();
    await receiveRecords(this.ports, { tenantId: this.tenantId, setupId: into, mode }, rows);
  }

  async work(): Promise<void> {
    await this.mirror();
    while ((await this.matching.takeOver(this.fence, this.setup, this.everybody, this.job)) === 'interrupted')
      this.interruptions += 1;
  }

  async change(...users: readonly MatchUser[]): Promise<void> {
    for (const one of users.filter(({ directoryId }) => !this.purged.has(directoryId))) {
      this.#besides.delete(one.directoryId);
      this.users.set(one.directoryId, one);
    }
    await this.told(...users.map(({ directoryId }) => directoryId));
  }

  async leave(directoryId: string): Promise<void> {
    if (this.purged.has(directoryId)) return;
    this.become(directoryId, 'live');
    await this.told(directoryId);
  }

  async softDelete(directoryId: string): Promise<void> {
    if (this.purged.has(directoryId)) return;
    this.become(directoryId, 'softDeleted');
    await this.told(directoryId);
  }

  async hardDelete(directoryId: string): Promise<void> {
    this.become(directoryId, 'gone');
    await this.told(directoryId);
  }

  /** In the directory; matching is not told yet. */
  become(directoryId: string, presence: MatchSubject['presence']): void {
    this.users.delete(directoryId);
    if (presence === 'gone') {
      this.#besides.delete(directoryId);
      this.purged.add(directoryId);
    } else this.#besides.set(directoryId, presence);
  }

  /** What a job does where the directory told of these users. */
  async told(...directoryIds: readonly string[]): Promise<void> {
    await this.mirror();
    const subjects = directoryIds.map((id) => this.#subject(id));
    await this.matching.matchUsers(this.fence, this.setup, subjects, this.job);
  }

  /** Writes the mirror as the directory is. */
  async mirror(): Promise<void> {
    const all = new Map<string, MirrorUser['presence']>(this.#besides);
    for (const id of this.users.keys()) all.set(id, 'live');
    const rows = [...all].map(([id, presence]) => ({ id, presence, attributes: {}, managerId: null }));
    const stored = new Set<string>();
    for (let bucket = 0; bucket < this.fence.bucketCount; bucket += 1)
      for await (const page of this.stores.mirror.scanUsers(this.fence, bucket))
        for (const { id } of page) stored.add(id);
    await this.stores.mirror.writeUsers(this.fence, rows);
    await this.stores.mirror.removeUsers(
      this.fence,
      [...stored].filter((id) => !all.has(id)),
    );
  }

  async rows(of: string = this.setup.setupId): Promise<MatchRow[]> {
    const rows: MatchRow[] = [];
    for await (const page of this.stores.matches.scan(this.fence, of)) rows.push(...page);
    return rows.sort((a, b) => (a.directoryId < b.directoryId ? -1 : 1));
  }

  async ties(of: string = this.setup.setupId): Promise<string[]> {
    return (await this.rows(of)).flatMap(({ directoryId, tie }) =>
      tie === null ? [] : `${directoryId}-${tie.recordId} ${tie.matchedBy}`,
    );
  }

  async conflicts(): Promise<unknown[]> {
    const { tenantId, setup } = this;
    const request = { after: null, limit: 1000 };
    const { rows } = await this.stores.matchConflicts.list(tenantId, setup.setupId, request);
    return rows.map((conflict) => JSON.stringify(conflict)).sort();
  }

  #subject(directoryId: string): MatchSubject {
    const found = this.users.get(directoryId) ?? null;
    const presence = found === null ? (this.#besides.get(directoryId) ?? 'gone') : 'live';
    return { directoryId, user: found, presence };
  }
}
