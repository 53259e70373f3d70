import { GRANT_PROPERTIES, grantKeysOf } from '../../core/people/grant-keys.js';
import { placeOf, type OutboxEntry } from '../../core/people/outbox-entry.js';
import type { Host, Person } from '../../core/people/person.js';
import type { Outbox } from '../../ports/outbox.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import { eachBounded } from './bounded.js';
import { MAX_PAGE, type StoredRow, type TableGateway } from './gateway.js';
import { GrantIntents } from './grant-intents.js';
import { GrantIndex, type IndexEntry } from './grant-index.js';
import { bucketPartition, objectPartition, rowOf } from './keys.js';
import {
  ENTRY_ROWS,
  entryFrom,
  entryRow,
  OUTBOX_TABLES,
  OutboxPlaces,
  type OutboxPlace,
  type OutboxTable,
} from './outbox-rows.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { hostAddress, personAddress, personColumns } from './people-rows.js';
import { writeGroups } from './row-groups.js';

/** Places looked into at a time: more would read much that the limit leaves for later. */
const PLACES_AT_A_TIME = 4;

/** The outbox rows of `People` and `Hosts`, found by their places in `Pending`. */
export class TableOutbox implements Outbox {
  private readonly rows: Readonly<Record<OutboxTable, PartitionedRows>>;
  private readonly places: OutboxPlaces;
  private readonly grants: GrantIndex;
  private readonly intents: GrantIntents;

  constructor(
    gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.rows = {
      People: new PartitionedRows(gateway, 'People', options),
      Hosts: new PartitionedRows(gateway, 'Hosts', options),
    };
    this.places = new OutboxPlaces(gateway, options);
    this.grants = new GrantIndex(gateway, options);
    this.intents = new GrantIntents(gateway, options);
  }

  async pending(fence: Fence, limit: number): Promise<readonly OutboxEntry[]> {
    const { places, intents } = await this.places.list(fence.tenantId);
    await this.intents.settle(fence, intents);
    const found: OutboxEntry[] = [];
    const empty: OutboxPlace[] = [];
    for (let from = 0; from < places.length && found.length < limit; from += PLACES_AT_A_TIME) {
      const some = places.slice(from, from + PLACES_AT_A_TIME);
      const entries = some.map((): readonly OutboxEntry[] => []);
      await eachBounded([...some.entries()], PLACES_AT_A_TIME, async ([at, place]) => {
        entries[at] = await this.entriesAt(fence, place, limit - found.length);
      });
      found.push(...entries.flat());
      empty.push(...some.filter((_, at) => entries[at]?.length === 0));
    }
    await this.places.forget(fence, empty);
    return found.slice(0, limit);
  }

  async mayHold(tenantId: string): Promise<boolean> {
    const { places, intents } = await this.places.list(tenantId);
    return places.length + intents.length > 0;
  }

  async discard(fence: Fence, entries: readonly OutboxEntry[]): Promise<void> {
    await this.grants.leave(fence, [
      ...(await this.lostGrants(fence, entries)),
      ...(await this.lostHosts(fence, entries)),
    ]);
    for (const table of OUTBOX_TABLES) {
      const kind = table === 'People' ? 'person' : 'host';
      const ofKind = entries.filter((entry) => entry.kind === kind);
      const byRow = new Map(ofKind.map((entry) => [entryRow(entry), placeOf(entry).directoryId]));
      const groups = [...byRow].map(([row, directoryId]) => ({
        partition: objectPartition(fence, directoryId),
        operations: [{ kind: 'delete', row } as const],
      }));
      await writeGroups(this.rows[table], this.options, fence, groups);
    }
  }

  private async entriesAt(
    scope: TenantScope,
    { table, bucket }: OutboxPlace,
    limit: number,
  ): Promise<OutboxEntry[]> {
    const rows: StoredRow[] = [];
    let after: string | null = null;
    do {
      const page = await this.rows[table].gateway.query(table, {
        in: bucketPartition(scope, bucket),
        rows: ENTRY_ROWS,
        limit: Math.min(limit - rows.length, MAX_PAGE),
        after,
      });
      rows.push(...page.rows);
      after = page.next;
    } while (after !== null && rows.length < limit);
    return rows.map(entryFrom);
  }

  /** What people had before these entries, and have no more now, whatever came after them. */
  private async lostGrants(scope: TenantScope, entries: readonly OutboxEntry[]): Promise<IndexEntry[]> {
    const before = entries.filter(mayHaveLost).map(({ before: text }) => JSON.parse(text) as Person);
    const addresses = before.map(({ setupId, directoryId }) => personAddress(scope, setupId, directoryId));
    const stored = await this.rows.People.read(addresses);
    const people = new Map(stored.map(({ row, columns }) => [row, personColumns.read(columns)]));
    return before.flatMap((person) => {
      const now = people.get(rowOf(person.setupId, person.directoryId));
      const kept = new Set(now === undefined ? [] : grantKeysOf(now).map(({ kind, id }) => `${kind}|${id}`));
      const lost = grantKeysOf(person).filter(({ kind, id }) => !kept.has(`${kind}|${id}`));
      return lost.map((key) => ({ ...key, setupId: person.setupId, directoryId: person.directoryId }));
    });
  }

  private async lostHosts(scope: TenantScope, entries: readonly OutboxEntry[]): Promise<IndexEntry[]> {
    const before = entries.flatMap((entry) =>
      entry.kind === 'host' && entry.before !== null ? [JSON.parse(entry.before) as Host] : [],
    );
    const stored = await this.rows.Hosts.read(
      before.map((host) => hostAddress(scope, host)),
      [],
    );
    const present = new Set(stored.map(({ row }) => row));
    return before
      .filter((host) => !present.has(hostAddress(scope, host).row))
      .map(({ receptionId, setupId, directoryId }) => ({
        kind: 'host',
        id: receptionId,
        setupId,
        directoryId,
      }));
  }
}

function mayHaveLost(entry: OutboxEntry): entry is OutboxEntry & { readonly before: string } {
  const properties: ReadonlySet<string> = GRANT_PROPERTIES;
  return (
    entry.kind === 'person' && entry.before !== null && entry.changed.some((name) => properties.has(name))
  );
}
