import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureCertificate, writeTrustBundle } from '../../../local/certificate/certificate-authority.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-certificate-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function ask(url: string, ca: string): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    get(url, { ca, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once('error', reject);
  });
}

describe('the local certificate authority', () => {
  it('vouches for localhost and 127.0.0.1 to whoever trusts it', async () => {
    const files = await ensureCertificate(folder);
    const [key, cert] = [await readFile(files.keyFile, 'utf8'), await readFile(files.certFile, 'utf8')];
    const server = createServer({ key, cert }, (_request, response) => response.end('ok'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      expect(await ask(`https://localhost:${port}/`, cert)).toBe(200);
      expect(await ask(`https://127.0.0.1:${port}/`, cert)).toBe(200);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('is an authority, and keeps its key to its owner', async () => {
    const files = await ensureCertificate(folder);
    expect(new X509Certificate(await readFile(files.certFile)).ca).toBe(true);
    expect((await stat(files.keyFile)).mode & 0o777).toBe(0o600);
  });

  it('stays the same while it is good, and is made anew when it is not', async () => {
    const files = await ensureCertificate(folder);
    const first = await readFile(files.certFile, 'utf8');
    expect(await readFile((await ensureCertificate(folder)).certFile, 'utf8')).toBe(first);
    await writeFile(files.certFile, 'not a certificate');
    const second = await readFile((await ensureCertificate(folder)).certFile, 'utf8');
    expect(second).toContain('BEGIN CERTIFICATE');
    expect(second).not.toBe(first);
  });

  it('writes one bundle with another authority beside its own', async () => {
    const files = await ensureCertificate(folder);
    const other = await ensureCertificate(join(folder, 'other'));
    const bundle = await readFile(await writeTrustBundle(folder, files, other.certFile), 'utf8');
    expect(bundle.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(bundle).toContain((await readFile(other.certFile, 'utf8')).trim());
  });
});
