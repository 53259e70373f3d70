import type { TableClient } from '@azure/data-tables';

/** A person as its row has it, as far as the commands look at it. */
export interface PersonRow {
  readonly setupId: string;
  readonly directoryId: string;
  readonly status: string;
  readonly statusReason: string;
  readonly displayName: string | null;
  readonly mail: string | null;
  readonly roles: readonly string[];
  readonly segments: readonly string[];
}

type Row = Readonly<Record<string, unknown>> & { readonly rowKey: string };

/** Everybody of a tenant's setups, read as docs/tables.md describes it, without any of the product's code. */
export async function readPeopleRows(people: TableClient, tenantId: string): Promise<PersonRow[]> {
  const rows: PersonRow[] = [];
  const filter = `PartitionKey ge '${tenantId}|' and PartitionKey lt '${tenantId}}'`;
  for await (const row of people.listEntities<Row>({ queryOptions: { filter } })) {
    if (!row.rowKey.startsWith('_')) rows.push(personRowOf(row));
  }
  return rows;
}

/** Those who are people of some setup now: neither disabled nor removed. */
export async function countActivePeople(people: TableClient, tenantId: string): Promise<number> {
  return (await readPeopleRows(people, tenantId)).filter(({ status }) => status === 'active').length;
}

function personRowOf(row: Row): PersonRow {
  const list = (name: string): unknown[] =>
    typeof row[name] === 'string' ? (JSON.parse(row[name]) as unknown[]) : [];
  return {
    setupId: String(row['setupId']),
    directoryId: String(row['directoryId']),
    status: String(row['status']),
    statusReason: String(row['statusReason']),
    displayName: textOf(row['displayName']),
    mail: textOf(row['mail']),
    roles: (list('roles') as { readonly id: string }[]).map(({ id }) => id),
    segments: list('segments') as string[],
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
