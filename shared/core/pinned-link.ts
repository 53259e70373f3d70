/**
 * Says why an address that Graph returned must not be followed; null where it may be. An access token is only
 * ever sent to the tenant's own cloud, so the origin must match exactly, scheme and port included, and the path
 * must lie under /v1.0/ once dot segments are resolved the way the request will resolve them.
 * Source: concepts/deployments.md (tokens are per cloud), concepts/delta-query-overview.md (opaque links).
 *
 * @param graphOrigin bare https origin of the cloud's Graph host
 */
export function linkProblem(link: string, graphOrigin: string): string | null {
  const expected = new URL(graphOrigin);
  if (!URL.canParse(link)) return 'it is no absolute address';
  const address = new URL(link);
  if (address.protocol !== 'https:') return 'it is not https';
  if (address.origin !== expected.origin) return `its host ${cut(address.host, 100)} is not ${expected.host}`;
  if (address.username !== '' || address.password !== '') return 'it carries a user name';
  if (!address.pathname.startsWith('/v1.0/')) return 'its path does not begin with /v1.0/';
  return null;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}
