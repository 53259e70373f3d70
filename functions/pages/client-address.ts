/**
 * Where a request comes from, as the platform's front end says it: the last entry of X-Forwarded-For, since all
 * before it is what the client claims. Null where nothing stands in front, as on the local stack. Behind a gateway of
 * the operator's it is the gateway's, the same for all clients: nobody may be refused for it alone.
 * Source: learn.microsoft.com/azure/app-service/overview-hosting-plans (front ends), RFC 7239 section 7.4.
 */
export function clientAddress(forwardedFor: string | null): string | null {
  const last = forwardedFor?.split(',').at(-1)?.trim() ?? '';
  if (last === '') return null;
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(last)?.[1];
  if (bracketed !== undefined) return bracketed;
  return /^[^:]+:\d+$/.test(last) ? last.slice(0, last.indexOf(':')) : last;
}
