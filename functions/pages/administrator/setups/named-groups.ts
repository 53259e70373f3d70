const OBJECT_IDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** Returns the object ids that sentences name, each once. */
export function idsIn(messages: readonly string[]): readonly string[] {
  const ids = messages.flatMap((message) => message.match(OBJECT_IDS) ?? []);
  return [...new Set(ids.map((id) => id.toLowerCase()))];
}

/** Returns a sentence in which groups stand with their names before their ids, as far as names are known. */
export function withGroupNames(message: string, names: ReadonlyMap<string, string>): string {
  return message.replaceAll(OBJECT_IDS, (id) => {
    const name = names.get(id.toLowerCase());
    return name === undefined ? id : `“${name}” (${id})`;
  });
}
