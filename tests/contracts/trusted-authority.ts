import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls, { rootCertificates } from 'node:tls';

import { ensureCertificate } from '../../local/certificate/certificate-authority.js';

/** Key and certificate of a local server, as PEM, that this process trusts. */
export async function trustedTls(): Promise<{ readonly key: string; readonly cert: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-certificate-'));
  const files = await ensureCertificate(folder);
  const key = await readFile(files.keyFile, 'utf8');
  const cert = await readFile(files.certFile, 'utf8');
  await rm(folder, { recursive: true });
  trustAuthority(cert);
  return { key, cert };
}

const trusted: string[] = [...rootCertificates];
const { createSecureContext } = tls;

/**
 * Makes this process trust one more certificate authority, as NODE_EXTRA_CA_CERTS does for a process that starts:
 * for fetch and for every SDK, with nothing of theirs replaced.
 */
export function trustAuthority(certificate: string): void {
  trusted.push(certificate);
  tls.createSecureContext = (options) => createSecureContext({ ca: trusted, ...options });
}
