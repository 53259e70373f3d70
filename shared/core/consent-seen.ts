import { BUNDLE_FACTS, type Bundle } from './bundle.js';

/** What a proof under way has seen of a bundle's permissions. */
export interface SeenPermissions {
  readonly granted: readonly string[];
  /** At least one. */
  readonly missing: readonly string[];
}

/**
 * What the last look at a consent saw: the permissions that its sentence names are missing, the bundle's others are
 * there. Null where it names none, since the application was not let in yet.
 * @param waitingFor what a proof waits for, a sentence
 */
export function seenPermissions(bundle: Bundle, waitingFor: string): SeenPermissions | null {
  const named = new Set(waitingFor.match(/\b[A-Z]\w*(?:\.\w+)+/g) ?? []);
  const names = BUNDLE_FACTS[bundle].permissions.map(({ name }) => name);
  const missing = names.filter((name) => named.has(name));
  return missing.length === 0 ? null : { granted: names.filter((name) => !named.has(name)), missing };
}
