import { randomBytes, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** Where the local certificate lies, as PEM files. */
export interface LocalCertificate {
  /** The private key, readable by its owner only. */
  readonly keyFile: string;
  /** The certificate, which is its own authority: clients trust this very file. */
  readonly certFile: string;
}

const validityDays = 90;
const renewalMarginMs = 7 * 24 * 60 * 60 * 1000;

/**
 * The one certificate of the local stack, for `localhost` and `127.0.0.1`, kept in `folder`.
 *
 * It is made on first use and again when it has less than a week left, so that kept data stays usable.
 */
export async function ensureCertificate(folder: string): Promise<LocalCertificate> {
  const files = { keyFile: join(folder, 'local-key.pem'), certFile: join(folder, 'local-cert.pem') };
  if (existsSync(files.keyFile) && (await isStillGood(files.certFile))) return files;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Authorities are told apart by their name: two stacks that trust each other must not share one.
  const name = `Rollcall local stack ${randomBytes(4).toString('hex')}`;
  const pems = await generate([{ name: 'commonName', value: name }], {
    keySize: 2048,
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + validityDays * 24 * 60 * 60 * 1000),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, keyEncipherment: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  await writeFile(files.keyFile, pems.private, { mode: 0o600 });
  await writeFile(files.certFile, pems.cert);
  return files;
}

async function isStillGood(certFile: string): Promise<boolean> {
  try {
    const certificate = new X509Certificate(await readFile(certFile));
    return Date.parse(certificate.validTo) - Date.now() > renewalMarginMs;
  } catch {
    return false;
  }
}

/**
 * Writes one file with the local certificate and, where given, another authority's: `NODE_EXTRA_CA_CERTS`
 * names a single file, and a stack that talks to somebody else's Graph has two authorities to trust.
 */
export async function writeTrustBundle(
  folder: string,
  certificate: LocalCertificate,
  otherAuthorityFile?: string,
): Promise<string> {
  const parts = [await readFile(certificate.certFile, 'utf8')];
  if (otherAuthorityFile !== undefined) parts.push(await readFile(otherAuthorityFile, 'utf8'));
  const bundleFile = join(folder, 'trusted.pem');
  await writeFile(bundleFile, parts.map((part) => part.trim() + '\n').join(''));
  return bundleFile;
}
