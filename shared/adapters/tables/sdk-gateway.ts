import {
  RestError,
  TableClient,
  TableServiceClient,
  type TableEntityResult,
  type TableServiceClientOptions,
} from '@azure/data-tables';
import { RequestRefused } from '../../core/failures.js';
import { keptConnections } from '../http/kept-connections.js';
import { eachBounded } from './bounded.js';
import type {
  KeyedRow,
  RowAddress,
  RowOperation,
  RowPage,
  RowQuery,
  StoredRow,
  TableGateway,
} from './gateway.js';
import type { Partition } from './keys.js';
import { codeOf } from './sdk-failures.js';
import { SdkRequests } from './sdk-requests.js';
import { actionOf, entityOf, filterOf, rowFrom } from './sdk-rows.js';
import { isMonthOf, TABLES, type MonthlyTable, type TableFamily, type TableName } from './tables.js';

/** What gives tokens for the service; every credential of the identity SDK fits. */
export interface TokenSource {
  getToken(
    scopes: string | string[],
    options?: object,
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** Either an address and who asks, or a connection string. */
export type SdkGatewayOptions = {
  /** How long one request may take with all its attempts; 10 seconds by default. */
  readonly requestTimeoutMs?: number;
} & ({ readonly endpoint: string; readonly credential: TokenSource } | { readonly connectionString: string });

type ClientFactory = (table: TableName) => TableClient;

const DEFAULT_TIMEOUT_MS = 10_000;
const TABLES_AT_A_TIME = 4;

/**
 * Table Storage through its SDK. Each call ends within its deadline: whoever writes under a lease must know when the
 * last byte has left.
 */
class SdkTables implements TableGateway {
  private readonly clients = new Map<TableName, TableClient>();
  private readonly requests: SdkRequests;

  constructor(
    private readonly service: TableServiceClient,
    private readonly clientOf: ClientFactory,
    deadlineMs: number,
  ) {
    this.requests = new SdkRequests(deadlineMs);
  }

  async ensureTables(): Promise<void> {
    await eachBounded(TABLES, TABLES_AT_A_TIME, async (table) => {
      await this.create(table);
    });
  }

  async ensureMonth(table: MonthlyTable): Promise<void> {
    await this.create(table);
  }

  async dropMonth(table: MonthlyTable): Promise<void> {
    await this.requests.write(`drop ${table}`, async (abortSignal) => {
      try {
        await this.service.deleteTable(table, { abortSignal });
      } catch (error) {
        if (!(error instanceof RestError && error.statusCode === 404)) throw error;
      }
    });
  }

  async monthsOf(family: TableFamily): Promise<readonly MonthlyTable[]> {
    return await this.requests.read(`list tables of ${family}`, async (abortSignal) => {
      const queryOptions = { filter: `TableName ge '${family}0' and TableName lt '${family}A'` };
      const found: MonthlyTable[] = [];
      for await (const { name } of this.service.listTables({ queryOptions, abortSignal })) {
        if (name !== undefined && isMonthOf(family, name)) found.push(name);
      }
      return found.sort();
    });
  }

  async get(table: TableName, { partition, row }: RowAddress): Promise<StoredRow | null> {
    return await this.requests.read(`get from ${table}`, async (abortSignal) => {
      try {
        return rowFrom(await this.client(table).getEntity(partition, row, { abortSignal }));
      } catch (error) {
        if (isAbsent(error)) return null;
        throw error;
      }
    });
  }

  async insert(table: TableName, { partition, row, columns }: KeyedRow): Promise<string> {
    const entity = entityOf(partition, row, columns);
    return await this.requests.write(`insert into ${table}`, async (abortSignal) =>
      tagOf(await this.client(table).createEntity(entity, { abortSignal })),
    );
  }

  async put(table: TableName, { partition, row, columns }: KeyedRow): Promise<string> {
    const entity = entityOf(partition, row, columns);
    return await this.requests.write(`put into ${table}`, async (abortSignal) =>
      tagOf(await this.client(table).upsertEntity(entity, 'Replace', { abortSignal })),
    );
  }

  async update(table: TableName, { partition, row, columns }: KeyedRow, tag: string): Promise<string> {
    const entity = entityOf(partition, row, columns);
    return await this.requests.write(`update in ${table}`, async (abortSignal) =>
      tagOf(await this.client(table).updateEntity(entity, 'Replace', { etag: tag, abortSignal })),
    );
  }

  async delete(table: TableName, { partition, row }: RowAddress, tag: string | null): Promise<boolean> {
    return await this.requests.write(`delete from ${table}`, async (abortSignal, doubt) => {
      try {
        await this.client(table).deleteEntity(partition, row, { etag: tag ?? '*', abortSignal });
        return true;
      } catch (error) {
        if (!isAbsent(error)) throw error;
        // Whether it was there before is not known any more.
        if (doubt !== null) throw doubt;
        return false;
      }
    });
  }

  async transact(table: TableName, partition: Partition, operations: readonly RowOperation[]): Promise<void> {
    const actions = operations.map((operation) => actionOf(partition, operation));
    await this.requests.write(`transaction in ${table}`, async (abortSignal) => {
      await this.client(table).submitTransaction(actions, { abortSignal });
    });
  }

  async query(table: TableName, query: RowQuery): Promise<RowPage> {
    return await this.requests.read(`query ${table}`, async (abortSignal) => {
      const queryOptions = {
        filter: filterOf(query),
        ...(query.columns && { select: ['partitionKey', 'rowKey', ...query.columns] }),
      };
      const pages = this.client(table)
        .listEntities({ queryOptions, abortSignal })
        .byPage({ maxPageSize: query.limit, ...continuationOf(query.after) });
      for await (const page of pages) {
        return {
          rows: page.map((entity: TableEntityResult<Record<string, unknown>>) => rowFrom(entity)),
          next: page.continuationToken ?? null,
        };
      }
      return { rows: [], next: null };
    });
  }

  private async create(table: TableName): Promise<void> {
    await this.requests.write(`create ${table}`, (abortSignal) =>
      this.client(table).createTable({ abortSignal }),
    );
  }

  private client(table: TableName): TableClient {
    let client = this.clients.get(table);
    if (client === undefined) this.clients.set(table, (client = this.clientOf(table)));
    return client;
  }
}

export function createSdkGateway(options: SdkGatewayOptions): TableGateway {
  const timeoutMs = options.requestTimeoutMs ?? DEFAULT_TIMEOUT_MS;
  const clientOptions: TableServiceClientOptions = {
    httpClient: keptConnections,
    retryOptions: { maxRetries: 0 },
  };
  if ('connectionString' in options) {
    const { connectionString } = options;
    const allowInsecureConnection = /(^|;)TableEndpoint=http:/i.test(connectionString);
    const connectionOptions = { ...clientOptions, allowInsecureConnection };
    return new SdkTables(
      TableServiceClient.fromConnectionString(connectionString, connectionOptions),
      (table) => TableClient.fromConnectionString(connectionString, table, connectionOptions),
      timeoutMs,
    );
  }
  const { endpoint, credential } = options;
  return new SdkTables(
    new TableServiceClient(endpoint, credential, clientOptions),
    (table) => new TableClient(endpoint, table, credential, clientOptions),
    timeoutMs,
  );
}

function isAbsent(error: unknown): boolean {
  return error instanceof RestError && error.statusCode === 404 && codeOf(error) !== 'TableNotFound';
}

function tagOf(answer: { readonly etag?: string }): string {
  if (answer.etag === undefined) throw new Error('Table Storage answered a write without an ETag');
  return answer.etag;
}

/** @throws RequestRefused for what is no position: it may come from outside */
function continuationOf(after: string | null): { continuationToken?: string } {
  if (after === null) return {};
  try {
    const position = JSON.parse(Buffer.from(after, 'base64').toString()) as Record<string, unknown> | null;
    const { nextPartitionKey: partition, nextRowKey: row = '' } = position ?? {};
    if (typeof partition === 'string' && typeof row === 'string') return { continuationToken: after };
    throw new TypeError('It names no partition and row');
  } catch (cause) {
    throw new RequestRefused('This is no position in a list', 400, 'InvalidPosition', { cause });
  }
}
