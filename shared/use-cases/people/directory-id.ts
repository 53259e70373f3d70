/** The directory id of a person of that setup; null where it is an id of another setup's. */
export function directoryIdIn(setupId: string, personId: string): string | null {
  const prefix = `${setupId}.`;
  return personId.startsWith(prefix) ? personId.slice(prefix.length) : null;
}
