/** The cookies of a request, decoded; what cannot be decoded is left out. */
export function cookiesIn(header: string | null): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at < 1) continue;
    const value = decoded(part.slice(at + 1).trim());
    if (value !== null) found.set(part.slice(0, at).trim(), value);
  }
  return found;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
