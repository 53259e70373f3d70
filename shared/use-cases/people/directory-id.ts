/**
 * Returns the directory id that a caller named: by the person's id, or by the user's own object id. Null for the id of
 * another setup's person.
 */
export function directoryIdIn(setupId: string, personId: string): string | null {
  if (!personId.includes('.')) return personId;
  const prefix = `${setupId}.`;
  return personId.startsWith(prefix) ? personId.slice(prefix.length) : null;
}
