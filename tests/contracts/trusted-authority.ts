import tls, { rootCertificates } from 'node:tls';

/**
 * Makes this process trust one more certificate authority, as NODE_EXTRA_CA_CERTS does for a process that starts:
 * for fetch and for every SDK, with nothing of theirs replaced.
 */
export function trustAuthority(certificate: string): void {
  const createSecureContext = tls.createSecureContext;
  const ca = [...rootCertificates, certificate];
  tls.createSecureContext = (options) => createSecureContext({ ca, ...options });
}
