import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { odata, TableClient, type TableEntity } from '@azure/data-tables';
import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  ensureCertificate,
  type LocalCertificate,
} from '../../../local/certificate/certificate-authority.js';
import { createTokenIssuer } from '../../../local/identity/access-token.js';
import { startIdentityServer, type IdentityServer } from '../../../local/identity/identity-server.js';
import { startPart, type Part } from '../../../local/stack/part.js';
import { takeFreePort } from '../../../local/stack/ports.js';
import { azuriteAnswers, azuriteCommand, azuriteEndpoint } from '../../../local/tables/azurite.js';

let folder: string;
let certificate: LocalCertificate;
let identity: IdentityServer;
let port: number;
let azurite: Part;

async function startAzurite(dataFolder?: string): Promise<void> {
  const options = { port, tls: certificate, ...(dataFolder !== undefined && { dataFolder }) };
  azurite = await startPart({
    name: 'tables',
    ...azuriteCommand(options),
    env: {},
    cwd: folder,
    stopSignal: 'SIGINT',
    readiness: { kind: 'probed', probe: () => azuriteAnswers(port, certificate.certFile) },
  });
}

async function tableNamed(name: string): Promise<TableClient> {
  const ca = await readFile(certificate.certFile, 'utf8');
  return new TableClient(azuriteEndpoint(port), name, new ManagedIdentityCredential(), {
    tlsOptions: { ca },
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-tables-'));
  certificate = await ensureCertificate(folder);
  identity = await startIdentityServer({
    header: 'header',
    issuer: createTokenIssuer('00000000-0000-4000-8000-000000000001'),
  });
  vi.stubEnv('IDENTITY_ENDPOINT', identity.endpoint);
  vi.stubEnv('IDENTITY_HEADER', 'header');
  port = await takeFreePort();
  await startAzurite();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await azurite.stop();
  await identity.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the table service, asked by TableClient with a managed identity over https', () => {
  it('creates tables, and lets the second creation pass', async () => {
    const table = await tableNamed('Twice');
    await table.createTable();
    await expect(table.createTable()).resolves.toBeUndefined();
  });

  it('writes transactions and reads them back by filter, page by page', async () => {
    const table = await tableNamed('People');
    await table.createTable();
    const rows = Array.from({ length: 40 }, (_, index) => ({
      partitionKey: 'tenant|00',
      rowKey: String(index).padStart(3, '0'),
      name: `Zoë O'Neil ${index}`,
      big: 9_007_199_254_740_993n,
    }));
    await table.submitTransaction(rows.map((row) => ['upsert', row, 'Replace']));
    const sizes: number[] = [];
    const found: TableEntity[] = [];
    const filter = odata`PartitionKey eq ${'tenant|00'} and RowKey ge ${'010'}`;
    for await (const page of table.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize: 12 })) {
      sizes.push(page.length);
      found.push(...(page as TableEntity[]));
    }
    expect(sizes).toEqual([12, 12, 6]);
    expect(found[0]).toMatchObject({ rowKey: '010', name: "Zoë O'Neil 10", big: 9_007_199_254_740_993n });
  });

  it('holds writers to the ETag they read', async () => {
    const table = await tableNamed('Leases');
    await table.createTable();
    const row = { partitionKey: 'tenant', rowKey: 'lease', owner: 'a' };
    const { etag = '' } = await table.createEntity(row);
    await table.updateEntity({ ...row, owner: 'b' }, 'Replace', { etag });
    await expect(table.updateEntity({ ...row, owner: 'c' }, 'Replace', { etag })).rejects.toMatchObject({
      statusCode: 412,
    });
    await expect(table.createEntity(row)).rejects.toMatchObject({ statusCode: 409 });
  });

  it('refuses a caller without a token of the right audience', async () => {
    const ca = await readFile(certificate.certFile, 'utf8');
    const token = createTokenIssuer('00000000-0000-4000-8000-000000000001').issue(
      'https://vault.azure.net',
    ).token;
    const table = new TableClient(
      azuriteEndpoint(port),
      'People',
      { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
      { tlsOptions: { ca }, retryOptions: { maxRetries: 0 } },
    );
    await expect(table.createTable()).rejects.toMatchObject({ statusCode: 403 });
  });

  it('has its tables again after a stop when it was given a folder', async () => {
    await azurite.stop();
    const dataFolder = join(folder, 'kept');
    await startAzurite(dataFolder);
    const table = await tableNamed('Kept');
    await table.createTable();
    await table.createEntity({ partitionKey: 'p', rowKey: 'r', value: 1 });
    await azurite.stop();
    await startAzurite(dataFolder);
    expect(await table.getEntity('p', 'r')).toMatchObject({ value: 1 });
  });
});
