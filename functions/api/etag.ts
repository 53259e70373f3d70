/** The store's tag as an ETag header. */
export function etagHeader(tag: string): string {
  return /^(?:W\/)?"[^"]*"$/.test(tag) ? tag : `"${tag.replaceAll('"', '')}"`;
}

/** Whether the tag is among those of an If-Match header; null where there is no such header. */
export function ifMatch(header: string | null): ((tag: string) => boolean) | null {
  if (header === null) return null;
  if (header.trim() === '*') return () => true;
  const named: readonly string[] = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return (tag) => named.includes(etagHeader(tag));
}
