import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessToken, TokenCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureCertificate } from '../../../local/certificate/certificate-authority.js';
import { createTokenIssuer } from '../../../local/identity/access-token.js';
import {
  startVaultServer,
  type VaultServer,
  type VaultServerOptions,
} from '../../../local/vault/vault-server.js';

const issuer = createTokenIssuer('00000000-0000-4000-8000-000000000001');
let folder: string;
let tls: { key: string; cert: string };
let server: VaultServer;
let client: SecretClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-vault-'));
  const files = await ensureCertificate(folder);
  tls = { key: await readFile(files.keyFile, 'utf8'), cert: await readFile(files.certFile, 'utf8') };
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await start({});
});
afterEach(async () => {
  await server.close();
});

async function start(options: Partial<VaultServerOptions>): Promise<void> {
  server = await startVaultServer({ tls, issuer, ...options });
  client = clientWith({ getToken: (scope) => Promise.resolve(tokenFor(scope)) });
}

async function restart(options: Partial<VaultServerOptions>): Promise<void> {
  await server.close();
  await start(options);
}

function clientWith(credential: TokenCredential): SecretClient {
  return new SecretClient(server.url, credential, {
    disableChallengeResourceVerification: true,
    tlsOptions: { ca: tls.cert },
    retryOptions: { maxRetries: 0 },
  });
}

function tokenFor(scope: string | string[]): AccessToken {
  const { token, expiresOn } = issuer.issue(String(scope).replace('/.default', ''));
  return { token, expiresOnTimestamp: expiresOn * 1000 };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe('the vault, asked by SecretClient', () => {
  it('challenges the first request, and serves the one that brings the right token', async () => {
    const asked: string[] = [];
    const watched = clientWith({
      getToken: (scope) => {
        asked.push(String(scope));
        return Promise.resolve(tokenFor(scope));
      },
    });
    await watched.setSecret('greeting', 'hello');
    expect((await watched.getSecret('greeting')).value).toBe('hello');
    expect(asked).toEqual(['https://vault.azure.net/.default']);
  });

  it('refuses tokens of others and for others', async () => {
    const foreign = createTokenIssuer('00000000-0000-4000-8000-000000000002').issue(
      'https://vault.azure.net',
    );
    const other = issuer.issue('https://storage.azure.com');
    for (const { token, expiresOn } of [foreign, other]) {
      const refused = clientWith({
        getToken: () => Promise.resolve({ token, expiresOnTimestamp: expiresOn * 1000 }),
      });
      await expect(refused.getSecret('greeting')).rejects.toMatchObject({ statusCode: 401 });
    }
  });

  it('keeps every version of a secret, found by a name in any case', async () => {
    const first = await client.setSecret('tenant-a', 'one', {
      contentType: 'text/plain',
      tags: { use: 'test' },
    });
    const second = await client.setSecret('Tenant-A', 'two');
    expect(second.properties.version).not.toBe(first.properties.version);
    expect(await client.getSecret('TENANT-a')).toMatchObject({ name: 'tenant-a', value: 'two' });
    const firstVersion = first.properties.version ?? '';
    expect(await client.getSecret('tenant-a', { version: firstVersion })).toMatchObject({
      value: 'one',
      properties: { contentType: 'text/plain', tags: { use: 'test' }, enabled: true },
    });
    const versions = await collect(client.listPropertiesOfSecretVersions('tenant-a'));
    expect(versions.map((version) => version.version)).toEqual([firstVersion, second.properties.version]);
  });

  it('changes the attributes that are named, leaves the others, and never the value', async () => {
    const expiresOn = new Date('2031-02-03T04:05:06Z');
    const notBefore = new Date('2020-01-01T00:00:00Z');
    const set = await client.setSecret('dated', 'value', { expiresOn, notBefore });
    expect(set.properties).toMatchObject({ expiresOn, notBefore });
    const version = set.properties.version ?? '';
    const later = new Date('2032-02-03T04:05:06Z');
    await client.updateSecretProperties('dated', version, { expiresOn: later, tags: { seen: 'yes' } });
    expect(await client.getSecret('dated')).toMatchObject({
      value: 'value',
      properties: { expiresOn: later, notBefore, tags: { seen: 'yes' }, version },
    });
  });

  it('serves an expired secret, but not a disabled one', async () => {
    await client.setSecret('old', 'still there', { expiresOn: new Date('2001-01-01T00:00:00Z') });
    expect((await client.getSecret('old')).value).toBe('still there');
    const { properties } = await client.setSecret('off', 'hidden');
    await client.updateSecretProperties('off', properties.version ?? '', { enabled: false });
    await expect(client.getSecret('off')).rejects.toMatchObject({ statusCode: 403, code: 'Forbidden' });
    await client.updateSecretProperties('off', properties.version ?? '', { enabled: true });
    expect((await client.getSecret('off')).value).toBe('hidden');
  });

  it('lists secrets without values, page by page', async () => {
    const names = Array.from({ length: 27 }, (_, index) => `s-${String(index).padStart(2, '0')}`);
    for (const name of names) await client.setSecret(name, `value of ${name}`);
    const listed = await collect(client.listPropertiesOfSecrets());
    expect(listed.map((secret) => secret.name)).toEqual(names);
    expect(JSON.stringify(listed)).not.toContain('value of');
    const pages = await collect(client.listPropertiesOfSecrets().byPage({ maxPageSize: 10 }));
    expect(pages.map((page) => page.length)).toEqual([10, 10, 7]);
  });

  it('says in its own codes what is not there and what is not allowed', async () => {
    await expect(client.getSecret('nobody')).rejects.toMatchObject({
      statusCode: 404,
      code: 'SecretNotFound',
    });
    await client.setSecret('known', 'value');
    await expect(client.getSecret('known', { version: '0'.repeat(32) })).rejects.toMatchObject({
      statusCode: 404,
      code: 'SecretNotFound',
    });
    await expect(client.setSecret('under_score', 'x')).rejects.toMatchObject({
      statusCode: 400,
      code: 'BadParameter',
    });
    await expect(client.setSecret('huge', 'x'.repeat(26 * 1024))).rejects.toMatchObject({ statusCode: 400 });
  });
});

describe('a deleted secret', () => {
  it('keeps its name taken until it is recovered with all its versions', async () => {
    const first = await client.setSecret('gone', 'one');
    await client.setSecret('gone', 'two');
    const poller = await client.beginDeleteSecret('gone', { intervalInMs: 5 });
    const deleted = await poller.pollUntilDone();
    expect(deleted.scheduledPurgeDate?.getTime()).toBeGreaterThan(Date.now() + 89 * 24 * 60 * 60 * 1000);
    await expect(client.getSecret('gone')).rejects.toMatchObject({ statusCode: 404 });
    await expect(client.setSecret('Gone', 'three')).rejects.toMatchObject({
      statusCode: 409,
      code: 'Conflict',
    });
    expect((await collect(client.listDeletedSecrets())).map((secret) => secret.name)).toEqual(['gone']);
    await (await client.beginRecoverDeletedSecret('gone', { intervalInMs: 5 })).pollUntilDone();
    expect((await client.getSecret('gone')).value).toBe('two');
    const version = first.properties.version ?? '';
    expect((await client.getSecret('gone', { version })).value).toBe('one');
  });

  it('cannot be purged under purge protection, and leaves by itself after the retention', async () => {
    let nowMs = Date.now();
    await restart({ nowMs: () => nowMs });
    await client.setSecret('kept', 'value');
    await (await client.beginDeleteSecret('kept', { intervalInMs: 5 })).pollUntilDone();
    await expect(client.purgeDeletedSecret('kept')).rejects.toMatchObject({
      statusCode: 403,
      code: 'Forbidden',
    });
    nowMs += 91 * 24 * 60 * 60 * 1000;
    await expect(client.getDeletedSecret('kept')).rejects.toMatchObject({ statusCode: 404 });
    await expect(client.setSecret('kept', 'new')).resolves.toBeDefined();
  });

  it('can be purged without purge protection, which frees its name', async () => {
    await restart({ purgeProtection: false });
    await client.setSecret('free', 'value');
    await (await client.beginDeleteSecret('free', { intervalInMs: 5 })).pollUntilDone();
    await client.purgeDeletedSecret('free');
    await expect(client.getDeletedSecret('free')).rejects.toMatchObject({ statusCode: 404 });
    await expect(client.setSecret('free', 'again')).resolves.toMatchObject({ value: 'again' });
  });

  it('is neither here nor there while the deletion settles', async () => {
    let nowMs = Date.now();
    await restart({ deletionDelayMs: 10_000, nowMs: () => nowMs });
    await client.setSecret('leaving', 'value');
    const poller = await client.beginDeleteSecret('leaving', { intervalInMs: 5 });
    expect(poller.isDone()).toBe(false);
    await expect(client.getDeletedSecret('leaving')).rejects.toMatchObject({ statusCode: 404 });
    await expect(client.setSecret('leaving', 'again')).rejects.toMatchObject({ statusCode: 409 });
    nowMs += 10_000;
    expect((await poller.pollUntilDone()).name).toBe('leaving');
  });
});

describe('a vault with a folder', () => {
  it('has everything again after a restart, in a file for its owner only', async () => {
    const dataFolder = join(folder, 'data');
    await restart({ dataFolder });
    await client.setSecret('lasting', 'value');
    await client.setSecret('deleted', 'value');
    await (await client.beginDeleteSecret('deleted', { intervalInMs: 5 })).pollUntilDone();
    await restart({ dataFolder });
    expect((await client.getSecret('lasting')).value).toBe('value');
    expect((await client.getDeletedSecret('deleted')).name).toBe('deleted');
    expect((await stat(join(dataFolder, 'vault.json'))).mode & 0o777).toBe(0o600);
  });

  it('holds its seeds from its beginning, and leaves what became of them alone', async () => {
    const dataFolder = join(folder, 'seeded');
    const seeds = [
      { name: 'consent-directory', value: 'sown' },
      { name: 'consent-usage', value: 'sown too' },
    ];
    await restart({ dataFolder, seeds });
    expect((await client.getSecret('consent-directory')).value).toBe('sown');
    await client.setSecret('consent-directory', 'rotated');
    await (await client.beginDeleteSecret('consent-usage', { intervalInMs: 5 })).pollUntilDone();
    await restart({ dataFolder, seeds });
    expect((await client.getSecret('consent-directory')).value).toBe('rotated');
    await expect(client.getSecret('consent-usage')).rejects.toMatchObject({ statusCode: 404 });
  });
});
